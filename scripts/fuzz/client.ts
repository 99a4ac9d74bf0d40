/** Somebody's side of the API of the development server at `url`; `authorization` of whoever is signed in. */
export type Client = ReturnType<typeof createClient>;

export type Answer<T> = { readonly body: T; readonly etag: string };

type Sent = {
  readonly method?: string;
  readonly ifMatch?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

/** Fails loudly: what a fuzzer needs is there or there is nothing to run. */
export function createClient(url: string, accessToken?: string) {
  async function send<T>(
    path: string,
    { method = "GET", ifMatch, type, headers = {}, body }: Sent = {},
  ) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
        ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
        ...(type === undefined ? {} : { "content-type": type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return {
      body: (text === "" ? null : JSON.parse(text)) as T,
      etag: response.headers.get("etag") ?? "",
    };
  }
  const sendJson = <T>(method: string, path: string, body?: object, ifMatch?: string) =>
    send<T>(path, {
      method,
      ...(ifMatch === undefined ? {} : { ifMatch }),
      ...(body === undefined ? {} : { type: "application/json", body: JSON.stringify(body) }),
    });
  return {
    get: <T>(path: string): Promise<Answer<T>> => send<T>(path),
    /** The first bytes of a recording, as a player fetches them. */
    async watch(playbackId: string, token: string): Promise<void> {
      const headers = { "playback-token": token, range: "bytes=0-9999" };
      const response = await fetch(`${url}/v1/evidence-media/${playbackId}`, { headers });
      await response.arrayBuffer();
      if (response.status !== 206) throw new Error(`a playback shows nothing: ${response.status}`);
    },
    post: <T>(path: string, body?: object, ifMatch?: string): Promise<Answer<T>> =>
      sendJson<T>("POST", path, body, ifMatch),
    put: <T>(path: string, body: object, ifMatch?: string): Promise<Answer<T>> =>
      sendJson<T>("PUT", path, body, ifMatch),
    upload: <T>(path: string, type: string, body: string): Promise<Answer<T>> =>
      send<T>(path, { method: "POST", type, body }),
    tus: <T>(
      method: "POST" | "PATCH",
      path: string,
      headers: Readonly<Record<string, string>>,
      body?: Uint8Array,
    ): Promise<Answer<T>> =>
      send<T>(path, {
        ...{ method, headers: { "tus-resumable": "1.0.0", ...headers } },
        ...(body === undefined ? {} : { body }),
      }),
  };
}

/** Asks until there is something, or fails. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const waitMs = 30_000;
  for (const end = Date.now() + waitMs; Date.now() < end; await Bun.sleep(100)) {
    const found = await ask();
    if (found !== undefined) return found;
  }
  throw new Error(`${what}: not within ${waitMs} ms`);
}
