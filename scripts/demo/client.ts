/** A request that went wrong, for the person at the terminal. */
export class DemoError extends Error {
  override readonly name = "DemoError";
}

const sessions = "/v1/auth/sessions";

export type Client = ReturnType<typeof createClient>;

/**
 * Talks to the API as any client would: waits when it is told to, and repeats what creates under the same key. `run` makes
 * the keys of this run others than those of the last.
 */
export function createClient(url: string, run: string, onWait: (seconds: number) => void) {
  let authorization: string | undefined;
  let credentials: object | undefined;
  let requests = 0;

  async function send<T>(method: string, path: string, body?: object): Promise<T> {
    requests += 1;
    const key = `${run}-${requests}`;
    for (;;) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(authorization ? { authorization } : {}),
          ...(body ? { "content-type": "application/json", "idempotency-key": key } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }).catch(() => {
        throw new DemoError(`Nothing answers at ${url}: start it with script/server.`);
      });
      if (response.status === 429) {
        const seconds = Number(response.headers.get("retry-after") ?? 5);
        onWait(seconds);
        await Bun.sleep(seconds * 1000);
        continue;
      }
      const text = await response.text();
      // A token ends early when the plan that it tells has changed.
      if (response.status === 401 && credentials !== undefined && path !== sessions) {
        await signIn(credentials);
        continue;
      }
      if (!response.ok) throw new DemoError(`${method} ${path}: ${response.status} ${text}`);
      return JSON.parse(text) as T;
    }
  }

  async function signIn(known: object): Promise<void> {
    credentials = known;
    authorization = undefined;
    const { accessToken } = await send<{ accessToken: string }>("POST", sessions, known);
    authorization = `Bearer ${accessToken}`;
  }

  return {
    get: <T>(path: string) => send<T>("GET", path),
    post: <T>(path: string, body: object) => send<T>("POST", path, body),
    signIn,
  };
}
