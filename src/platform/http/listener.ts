import type { Server } from "bun";
import type { Config } from "../config.ts";
import type { Ids } from "../kernel/ids.ts";
import type { RequestObserver } from "../observability/request-observer.ts";
import { createCors } from "./cors.ts";
import { createDeadlines } from "./deadlines.ts";
import { attachExchange, createExchange, type Exchange } from "./exchange.ts";
import { createHostCheck } from "./host-check.ts";
import { HttpError } from "./http-error.ts";
import { problemResponse } from "./problem.ts";
import { createIdentityWriter } from "./response-headers.ts";

/** Until a request has an answer; after it the client gets 503 and the handler's signal is aborted. */
export const requestTimeoutMs = 30_000;
/** Longer addresses have no use here. */
export const maxUrlLength = 8 * 1024;

/** What Bun.serve calls for every request. */
export type Listener = (
  request: Request,
  server: Server<unknown> | null,
) => Response | Promise<Response>;

type App = { fetch(request: Request): Response | Promise<Response> };
type Deps = {
  readonly config: Pick<Config, "environment" | "publicUrl" | "corsOrigins">;
  readonly ids: Ids;
  readonly observe: RequestObserver;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
};

/** Stands around the app: identifies, checks host and origin, bounds the time, completes the headers, observes. */
export function createListener(app: App, deps: Deps): Listener {
  const isOurHost = createHostCheck(deps.config);
  const { corsOrigins } = deps.config;
  const cors = corsOrigins.length > 0 ? createCors(corsOrigins) : undefined;
  const staticHeaders = Object.entries(deps.headers);
  const deadlines = createDeadlines(deps.timeoutMs ?? requestTimeoutMs);

  function answer(request: Request): Response | Promise<Response> {
    if (request.url.length > maxUrlLength)
      throw new HttpError("uri_too_long", `An address may have at most ${maxUrlLength} bytes.`);
    if (!isOurHost(request.url))
      throw new HttpError("misdirected", "This server does not answer for that host.");
    // Bun takes the first of two hosts; a proxy before us may have taken the other (RFC 9112, 3.2).
    if (request.headers.get("host")?.includes(","))
      throw new HttpError("malformed", "A request names one host.");
    return cors?.preflight(request) ?? app.fetch(request);
  }

  function complete(headers: Headers, exchange: Exchange): void {
    for (const [name, value] of staticHeaders) if (!headers.has(name)) headers.set(name, value);
    createIdentityWriter(headers)(exchange);
  }

  function finish(request: Request, exchange: Exchange, response: Response): Response {
    if (!exchange.complete) complete(response.headers, exchange);
    if (exchange.replayed) response.headers.set("idempotency-replayed", "true");
    cors?.allow(request, response.headers);
    const { method } = request;
    const { status } = response;
    if (exchange.sending === null) tell(method, status, exchange, exchange.cause);
    else void exchange.sending.then((error) => tell(method, status, exchange, error));
    return response;
  }

  function tell(method: string, status: number, exchange: Exchange, error: unknown): void {
    deps.observe.requestFinished({
      ...{ method, status, error },
      route: exchange.route,
      durationMs: performance.now() - exchange.startedMs,
      requestId: exchange.requestId,
      clientRequestId: exchange.clientRequestId,
    });
  }

  return (request, server) => {
    const exchange = createExchange(deps.ids.next(), clientRequestId(request), server);
    attachExchange(request, exchange);
    let answered: Response | Promise<Response>;
    try {
      answered = answer(request);
    } catch (error) {
      answered = problemResponse(error, exchange);
    }
    if (answered instanceof Response) return finish(request, exchange, answered);
    return deadlines
      .bound(answered, exchange)
      .then((response) => finish(request, exchange, response));
  };
}

function clientRequestId(request: Request): string | null {
  const id = request.headers.get("x-request-id");
  return id !== null && /^[\w-]{1,64}$/.test(id) ? id : null;
}
