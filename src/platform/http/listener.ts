import type { Server } from "bun";
import { auditErrors } from "../audit/errors.ts";
import type { Config } from "../config.ts";
import type { Ids } from "../kernel/ids.ts";
import type { RequestObserver } from "../observability/request-observer.ts";
import { createCors } from "./cors.ts";
import { createDeadlines } from "./deadlines.ts";
import { attachExchange, createExchange, type Exchange } from "./exchange.ts";
import { withoutBody } from "./head-answer.ts";
import { createHostCheck } from "./host-check.ts";
import { HttpError } from "./http-error.ts";
import { problemResponse } from "./problem.ts";
import type { RecordRequest } from "./request-records.ts";
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
  readonly record: RecordRequest;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether browsers of other origins may send cookies to a path. */
  readonly takesCredentials: (path: string) => boolean;
  readonly timeoutMs?: number;
};

/** A denial that could be lost is not given: whoever tries doors is on record before he learns what is behind them. */
const notRecorded = () =>
  auditErrors.fail("unavailable", "The request could not be put on record; try again later.");

/** Stands around the app: identifies, checks host and origin, bounds the time, completes the headers, observes. */
export function createListener(app: App, deps: Deps): Listener {
  const isOurHost = createHostCheck(deps.config);
  const { corsOrigins } = deps.config;
  const cors = corsOrigins.length > 0 ? createCors(corsOrigins, deps.takesCredentials) : undefined;
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

  function dress(request: Request, exchange: Exchange, response: Response): Response {
    if (!exchange.complete) complete(response.headers, exchange);
    if (exchange.replayed) response.headers.set("idempotency-replayed", "true");
    for (const name in exchange.headers) response.headers.set(name, exchange.headers[name] ?? "");
    cors?.allow(request, response.headers);
    const { leftOut } = exchange;
    // What could not be put on record became a problem.
    return leftOut === null || !response.ok ? response : withoutBody(response, leftOut);
  }

  function finish(
    request: Request,
    exchange: Exchange,
    response: Response,
  ): Response | Promise<Response> {
    const { sending } = exchange;
    const { status } = response;
    if (sending !== null) {
      void sending.then((error) => {
        void deps.record({ request, exchange, status });
        tell(request, exchange, status, error);
      });
      return dress(request, exchange, response);
    }
    const recorded = deps.record({ request, exchange, status });
    if (recorded === undefined) return send(request, exchange, response);
    return recorded.then((isRecorded) =>
      send(request, exchange, isRecorded ? response : problemResponse(notRecorded(), exchange)),
    );
  }

  function send(request: Request, exchange: Exchange, response: Response): Response {
    tell(request, exchange, response.status, exchange.cause);
    return dress(request, exchange, response);
  }

  function tell(request: Request, exchange: Exchange, status: number, error: unknown): void {
    const { route, caller, requestId, clientRequestId } = exchange;
    deps.observe.requestFinished({
      ...{ method: request.method, route, status, error, requestId, clientRequestId },
      durationMs: performance.now() - exchange.startedMs,
      actorId: caller?.type === "user" ? caller.id : null,
    });
  }

  return (request, server) => {
    const isHead = request.method === "HEAD";
    const exchange = createExchange(deps.ids.next(), clientRequestId(request), server, isHead);
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
