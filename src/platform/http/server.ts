import type { Listener } from "./listener.ts";

/** Only for routes that read their body themselves; JSON bodies have limits of their own. */
const maxRequestBodyBytes = 64 * 1024 * 1024;
/** A connection that is silent for this long is closed. */
const idleTimeoutSeconds = 60;

export type RunningServer = {
  readonly url: string;
  /** Refuses new connections, lets requests in flight finish for `shutdownSeconds`, then cuts them. */
  stop(): Promise<void>;
};

/** Listens. Throws a plain Error when the port is taken or the host is not ours. Port 0 takes a free one. */
export function startServer(options: {
  readonly listener: Listener;
  readonly host: string;
  readonly port: number;
  readonly shutdownSeconds: number;
}): RunningServer {
  const { listener, host, port, shutdownSeconds } = options;
  const server = Bun.serve({
    hostname: host,
    port,
    idleTimeout: idleTimeoutSeconds,
    maxRequestBodySize: maxRequestBodyBytes,
    development: false,
    fetch: (request, self) => listener(request, self),
  });
  return {
    url: server.url.origin,
    async stop() {
      const drained = server.stop(false);
      const timer = setTimeout(() => void server.stop(true), shutdownSeconds * 1000);
      await drained;
      clearTimeout(timer);
    },
  };
}
