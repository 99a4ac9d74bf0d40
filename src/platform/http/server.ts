import type { Server } from "bun";
import type { Listener } from "./listener.ts";

/**
 * Beyond the longest recording that may be configured. Each route has a limit of its own, and holds a client back whom
 * it does not read: what nobody asks for is not kept in memory.
 */
const maxRequestBodyBytes = 6 * 1024 ** 3;
/** A connection that is silent for this long is closed. */
const idleTimeoutSeconds = 60;

export type RunningServer = {
  readonly url: string;
  /** Requests that have no answer yet. */
  inFlight(): number;
  /** Refuses new connections, lets requests in flight finish for `shutdownSeconds`, then cuts them. */
  stop(): Promise<void>;
};

/** Why a server cannot listen, for the person who starts it. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** Listens; port 0 takes a free one. Throws {@link ListenError} when it may not. */
export function startServer(options: {
  readonly listener: Listener;
  readonly host: string;
  readonly port: number;
  readonly shutdownSeconds: number;
}): RunningServer {
  const { host, port, shutdownSeconds } = options;
  const server = listen(options);
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${server.port ?? port}`,
    inFlight: () => server.pendingRequests,
    async stop() {
      const drained = server.stop(false);
      const cut = setTimeout(() => void server.stop(true), shutdownSeconds * 1000);
      await drained;
      clearTimeout(cut);
    },
  };
}

function listen(options: {
  readonly listener: Listener;
  readonly host: string;
  readonly port: number;
}): Server<unknown> {
  const { listener, host, port } = options;
  try {
    return Bun.serve({
      hostname: host,
      port,
      idleTimeout: idleTimeoutSeconds,
      maxRequestBodySize: maxRequestBodyBytes,
      development: false,
      // Outside development Bun shares a port with whoever asks for it: a second start would take half the requests.
      reusePort: false,
      fetch: (request, server) => listener(request, server),
    });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    throw new ListenError(`${reasons[String(code)] ?? "Cannot listen"}: ${host}:${port}.`, {
      cause: error,
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "Something else listens here already; stop it or set PORT",
  EACCES: "Not allowed to listen here; set PORT to 1024 or more",
  EADDRNOTAVAIL: "This machine does not have that address; set HOST",
};
