import { AppError } from "../kernel/errors.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

/** One answered request. Neither its path nor its query nor a body is ever part of it. */
export type FinishedRequest = {
  readonly method: string;
  /** The route's template ("/v1/currencies/:code"), or "unmatched". */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  /** The user who asked; null = nobody we know. */
  readonly actorId?: string | null | undefined;
  /** Ours. */
  readonly requestId: string;
  /** The client's own X-Request-Id, already checked by the server ([\w-]{1,64}). */
  readonly clientRequestId?: string | null | undefined;
  /** Size of the answer's body where it is known. */
  readonly bytes?: number | undefined;
  /** The cause of a 5xx, or what broke off an answer that was already being sent. */
  readonly error?: unknown;
};

export type RequestObserver = { requestFinished(request: FinishedRequest): void };

const durationBucketsSeconds = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
/** More routes x methods x statuses than any release of ours has; beyond it everything is one series. */
const maxSeries = 2000;
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Shows how many requests have no answer yet, read from the server: counting each would cost every request. */
export function watchInFlight(metrics: Metrics, read: () => number): void {
  metrics.reading(
    {
      type: "gauge",
      name: "fintrack_http_requests_in_flight",
      help: "Requests that have no answer yet.",
      labels: [],
    },
    () => [{ labels: {}, value: read() }],
  );
}

type Level = "debug" | "info" | "warn" | "error";
type Series = {
  observe(seconds: number): void;
  readonly log: Logger[Level];
  /** For lines without anything out of the ordinary. */
  readonly logPlain: (ms: number, requestId: string, actorId: string | null) => void;
  readonly failed: boolean;
  readonly logBroken: Logger["error"];
};

/** A log line and a duration for every request; probes that succeed only at debug. */
export function createRequestObserver(deps: {
  readonly logger: Logger;
  readonly metrics: Metrics;
}): RequestObserver {
  const duration = deps.metrics.histogram({
    name: "fintrack_http_request_duration_seconds",
    help: "Time from a request's arrival to its answer, by route template.",
    labels: ["method", "route", "status"],
    buckets: durationBucketsSeconds,
  });
  // What requests of one kind have in common is looked up and written out once, not per request.
  const series = new Map<string, Series>();

  function open(method: string, route: string, status: number): Series {
    const level = levelOf(route, status);
    const logger = deps.logger.child({ method, route, status });
    const log = logger[level];
    return {
      observe: duration.child({ method, route, status: String(status) }),
      log,
      logPlain:
        level === "info"
          ? logger.repeated({}, "request")
          : (ms, requestId, actorId) =>
              log({ ms, requestId, ...(actorId === null ? {} : { actorId }) }, "request"),
      failed: level === "error",
      logBroken: logger.error,
    };
  }
  const overflow = open("OTHER", "overflow", 0);

  function seriesOf(method: string, route: string, status: number): Series {
    const key = `${status}${method} ${route}`;
    const known = series.get(key);
    if (known) return known;
    if (series.size >= maxSeries) return overflow;
    const opened = open(methods.has(method) ? method : "OTHER", route, status);
    series.set(key, opened);
    return opened;
  }

  return {
    requestFinished(request) {
      const { observe, log, logPlain, failed, logBroken } = seriesOf(
        request.method,
        request.route,
        request.status,
      );
      observe(request.durationMs / 1000);
      const ms = Math.round(request.durationMs * 100) / 100;
      const { requestId, clientRequestId, bytes, error, actorId = null } = request;
      const actor = actorId === null ? {} : { actorId };
      // What it was allowed for is over (a claim, a session): that is as it should be.
      if (request.status < 400 && error instanceof AppError && error.kind !== "unavailable")
        return log({ ms, requestId, ...actor, reason: error.code }, "answer cut short");
      if (error !== undefined && request.status < 400)
        return logBroken({ ms, requestId, ...actor, err: error }, "answer broke off");
      if (!clientRequestId && bytes === undefined && !failed)
        return logPlain(ms, requestId, actorId);
      log(
        {
          ms,
          requestId,
          ...actor,
          ...(clientRequestId ? { clientRequestId } : {}),
          ...(bytes === undefined ? {} : { bytes }),
          ...(failed ? { err: request.error } : {}),
        },
        failed ? "request failed" : "request",
      );
    },
  };
}

/** A probe that succeeds says nothing; one that fails was logged by its check, with the cause. */
function levelOf(route: string, status: number): Level {
  if (route.startsWith("/health/")) return status < 400 ? "debug" : "warn";
  return status >= 500 ? "error" : "info";
}
