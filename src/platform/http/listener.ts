import type { Server } from "bun";
import type { Config } from "../config.ts";
import { defineErrors } from "../kernel/errors.ts";
import type { Ids } from "../kernel/ids.ts";
import type { RequestObserver } from "../observability/request-observer.ts";
import { createCors } from "./cors.ts";
import { attachExchange, createExchange, type Exchange } from "./exchange.ts";
import { createHostCheck } from "./host-check.ts";
import { HttpError } from "./http-error.ts";
import { problemResponse } from "./problem.ts";

/** Until a request has an answer; after it the client gets 503 and the handler's signal is aborted. */
export const requestTimeoutMs = 30_000;
/** Longer addresses have no use here. */
export const maxUrlLength = 8 * 1024;

const timeoutErrors = defineErrors("http", {
  timeout: { kind: "unavailable", title: "Took too long" },
});

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
  const cors = createCors(deps.config.corsOrigins);
  const staticHeaders = Object.entries(deps.headers);
  const timeoutMs = deps.timeoutMs ?? requestTimeoutMs;

  function answer(request: Request): Response | Promise<Response> {
    if (request.url.length > maxUrlLength)
      throw new HttpError("uri_too_long", `An address may have at most ${maxUrlLength} bytes.`);
    if (!isOurHost(request.url))
      throw new HttpError("misdirected", "This server does not answer for that host.");
    return cors.preflight(request) ?? app.fetch(request);
  }

  function finish(
    request: Request,
    exchange: Exchange,
    response: Response,
    startedMs: number,
  ): Response {
    const { headers } = response;
    headers.set("x-request-id", exchange.requestId);
    if (!headers.has("x-content-type-options"))
      for (const [name, value] of staticHeaders) if (!headers.has(name)) headers.set(name, value);
    const { budget } = exchange;
    if (budget !== null) {
      headers.set("ratelimit-limit", String(budget.limit));
      headers.set("ratelimit-remaining", String(budget.remaining));
      headers.set("ratelimit-reset", String(budget.resetSeconds));
    }
    if (exchange.replayed) headers.set("idempotency-replayed", "true");
    cors.allow(request, headers);
    deps.observe.requestFinished({
      method: request.method,
      route: exchange.route,
      status: response.status,
      durationMs: performance.now() - startedMs,
      requestId: exchange.requestId,
      clientRequestId: exchange.clientRequestId,
      error: exchange.cause,
    });
    return response;
  }

  return (request, server) => {
    const startedMs = performance.now();
    const exchange = createExchange(deps.ids.next(), clientRequestId(request), server);
    attachExchange(request, exchange);
    const fail = (error: unknown) => problemResponse(error, exchange);
    let answered: Response | Promise<Response>;
    try {
      answered = answer(request);
    } catch (error) {
      answered = fail(error);
    }
    if (answered instanceof Response) return finish(request, exchange, answered, startedMs);
    return bounded(answered, exchange, timeoutMs).then(
      (response) => finish(request, exchange, response, startedMs),
      (error) => finish(request, exchange, fail(error), startedMs),
    );
  };
}

function bounded(answer: Promise<Response>, exchange: Exchange, timeoutMs: number) {
  return new Promise<Response>((resolve, reject) => {
    const timer = setTimeout(() => {
      const error = timeoutErrors.fail("timeout", "The answer took too long; try again later.");
      exchange.aborter?.abort(error);
      reject(error);
    }, timeoutMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function clientRequestId(request: Request): string | null {
  const id = request.headers.get("x-request-id");
  return id !== null && /^[\w-]{1,64}$/.test(id) ? id : null;
}
