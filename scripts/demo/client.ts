/** A request that went wrong, for the person at the terminal. */
export class DemoError extends Error {
  override readonly name = "DemoError";
}

export type Client = ReturnType<typeof createClient>;

export type Answer<T> = { readonly status: number; readonly body: T; readonly etag: string };

type Sent = {
  readonly type?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly ifMatch?: string;
  readonly headers?: Readonly<Record<string, string>>;
};
/** `code`: of a second factor, or a recovery code. */
type Credentials = { readonly email: string; readonly password: string; readonly code?: string };

const sessions = "/v1/auth/sessions";
const defaultWaitSeconds = 5;

/** Talks to the API as any client would: waits when it is told to, and signs in again when its token has ended. */
export function createClient(url: string, onWait: (seconds: number) => void) {
  let authorization: string | undefined;
  let credentials: Credentials | undefined;

  async function ask<T>(method: string, path: string, sent: Sent): Promise<Answer<T>> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(sent.type === undefined ? {} : { "content-type": sent.type }),
        ...(sent.ifMatch === undefined ? {} : { "if-match": sent.ifMatch }),
        ...sent.headers,
      },
      ...(sent.body === undefined ? {} : { body: sent.body }),
    }).catch(() => {
      throw new DemoError(`Nothing answers at ${url}: start it with script/server.`);
    });
    if (response.status === 429) {
      const seconds = Number(response.headers.get("retry-after") ?? defaultWaitSeconds);
      onWait(seconds);
      await Bun.sleep(seconds * 1000);
      return ask(method, path, sent);
    }
    const text = await response.text();
    return {
      status: response.status,
      body: (text === "" ? null : JSON.parse(text)) as T,
      etag: response.headers.get("etag") ?? "",
    };
  }

  async function send<T>(method: string, path: string, sent: Sent = {}): Promise<Answer<T>> {
    let answer = await ask<T>(method, path, sent);
    // A token ends early when the plan that it tells has changed.
    if (answer.status === 401 && credentials !== undefined && (await signIn(credentials)))
      answer = await ask<T>(method, path, sent);
    if (answer.status >= 300)
      throw new DemoError(
        `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body, null, 2)}`,
      );
    return answer;
  }

  /** False when nobody has this address and password. */
  async function signIn({ email, password, code }: Credentials): Promise<boolean> {
    authorization = undefined;
    const proof = { email, password, ...(code === undefined ? {} : { code }) };
    const sent = { type: "application/json", body: JSON.stringify(proof) };
    const { status, body } = await ask<{ accessToken: string }>("POST", sessions, sent);
    if (status === 401) return false;
    if (status !== 200 && status !== 201)
      throw new DemoError(`POST ${sessions}: ${status} ${JSON.stringify(body, null, 2)}`);
    // A code works once.
    credentials = code === undefined ? { email, password } : undefined;
    authorization = `Bearer ${body.accessToken}`;
    return true;
  }

  return {
    get: async <T>(path: string): Promise<T> => (await send<T>("GET", path)).body,
    post: async <T>(path: string, body: object): Promise<T> =>
      (await send<T>("POST", path, { type: "application/json", body: JSON.stringify(body) })).body,
    /** What has no body and changes the version that somebody has seen. */
    act: async <T>(path: string, { version }: { readonly version: number }): Promise<T> =>
      (await send<T>("POST", path, { ifMatch: `"${version}"` })).body,
    put: async <T>(path: string, body: object): Promise<T> =>
      (await send<T>("PUT", path, { type: "application/json", body: JSON.stringify(body) })).body,
    /** A request of tus 1.0.0. */
    tus: async <T>(method: "POST" | "PATCH", path: string, sent: Sent): Promise<T> => {
      const headers = { "tus-resumable": "1.0.0", ...sent.headers };
      return (await send<T>(method, path, { ...sent, headers })).body;
    },
    /** The first bytes of a recording, as a player fetches them. */
    watch: async (playbackId: string, token: string): Promise<void> => {
      const headers = { "playback-token": token, range: "bytes=0-9999" };
      const response = await fetch(`${url}/v1/evidence-media/${playbackId}`, { headers });
      await response.arrayBuffer();
      if (response.status !== 206)
        throw new DemoError(`A playback shows nothing: ${response.status}`);
    },
    remove: async (path: string): Promise<void> => void (await send("DELETE", path)),
    upload: async <T>(path: string, file: string): Promise<T> =>
      (await send<T>("POST", path, { type: "text/csv", body: file })).body,
    signIn,
  };
}
