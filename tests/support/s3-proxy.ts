export type S3Call = { readonly method: string; readonly path: string; readonly query: string };

/** Stands before an S3 server, counts what it is asked, and answers otherwise where a test says so. */
export type S3Proxy = {
  readonly url: string;
  readonly calls: S3Call[];
  /** From now on, until the next one; `forward` asks the server. */
  answer(hook: (call: S3Call, forward: () => Promise<Response>) => Promise<Response>): void;
  close(): void;
};

export function openS3Proxy(serverUrl: string): S3Proxy {
  const calls: S3Call[] = [];
  let hook: Parameters<S3Proxy["answer"]>[0] = (_call, forward) => forward();
  const proxy = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0, idleTimeout: 0 },
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      const body = await request.arrayBuffer();
      const call = { method, path: pathname, query: search.slice(1) };
      calls.push(call);
      // The signature covers the host that the client asked: its header goes on as it came.
      return hook(call, async () => {
        const answer = await fetch(`${serverUrl}${pathname}${search}`, {
          ...{ method, headers, redirect: "manual" },
          ...(body.byteLength === 0 ? {} : { body }),
        });
        const held = await answer.arrayBuffer();
        return new Response(method === "HEAD" || held.byteLength === 0 ? null : held, answer);
      });
    },
  });
  return {
    ...{ url: proxy.url.origin, calls },
    answer(next) {
      hook = next;
    },
    close: () => void proxy.stop(true),
  };
}
