import { databaseFailure } from "../db/failures.ts";
import { AppError, type ErrorKind, type ErrorMeta, type FieldError } from "../kernel/errors.ts";
import type { Exchange } from "./exchange.ts";
import { HttpError } from "./http-error.ts";
import { challengeOf } from "./step-up.ts";
import { validationFailure } from "./validation.ts";

/** The only place where a kind of failure becomes a status. */
export const statusOfKind: Readonly<Record<ErrorKind, number>> = {
  unauthenticated: 401,
  payment_required: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  precondition_failed: 412,
  too_large: 413,
  invalid: 422,
  precondition_required: 428,
  limit: 429,
  unavailable: 503,
};

/** Told to wait this long when the failure itself does not know better. */
const defaultRetryAfterSeconds = 5;

/** Body of every answer that is not 2xx: `application/problem+json`, RFC 9457. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable and machine-readable: "currency.rate_not_found". */
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly FieldError[];
  readonly meta?: ErrorMeta;
};

export type ProblemAnswer = {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** What the log needs and the client must not see: the cause of a 5xx. */
  readonly cause: unknown;
};

/** Turns whatever was thrown into an answer. What is not an expected failure is a 500 that tells nothing. */
export function toProblem(thrown: unknown, requestId: string): ProblemAnswer {
  const error = unwrapParse(thrown);
  if (error instanceof AppError) return ofAppError(error, requestId);
  if (error instanceof HttpError) {
    const { status, title, code, message } = error;
    const problem = { type: typeOf(code), title, status, detail: message, code, requestId };
    return { problem, headers: error.headers, cause: undefined };
  }
  const invalid = validationFailure(error);
  if (invalid) return ofAppError(invalid, requestId);
  // Reads throw what the driver threw; a database that is down for a moment is no defect of ours.
  const unavailable = databaseFailure(error);
  if (unavailable) return { ...ofAppError(unavailable, requestId), cause: error };
  return {
    problem: {
      type: typeOf("http.internal"),
      title: "Internal error",
      status: 500,
      detail: "Something went wrong on our side. The requestId finds it in our logs.",
      code: "http.internal",
      requestId,
    },
    headers: {},
    cause: error,
  };
}

function ofAppError(error: AppError, requestId: string): ProblemAnswer {
  const status = statusOfKind[error.kind];
  const waits = error.kind === "limit" || error.kind === "unavailable";
  const retryAfter = error.retryAfterSeconds ?? (waits ? defaultRetryAfterSeconds : undefined);
  return {
    problem: {
      type: typeOf(error.code),
      title: error.title,
      status,
      detail: error.message,
      code: error.code,
      requestId,
      ...(error.fields.length > 0 ? { errors: error.fields } : {}),
      ...(Object.keys(error.meta).length > 0 ? { meta: error.meta } : {}),
    },
    headers: {
      ...(status === 401 ? { "www-authenticate": challengeOf(error) } : {}),
      ...(retryAfter === undefined ? {} : { "retry-after": String(Math.ceil(retryAfter)) }),
    },
    cause: status >= 500 ? (error.cause ?? error) : undefined,
  };
}

const typeOf = (code: string) => `/problems/${code}`;

/** Elysia wraps what a body parser throws as an Error with code PARSE; the cause is what we threw. */
function unwrapParse(error: unknown): unknown {
  const wrapped = error instanceof Error && "code" in error && error.code === "PARSE";
  return wrapped && error.cause !== undefined ? error.cause : error;
}

/** The answer for whatever was thrown; the cause of a 5xx goes to the exchange, for the log. */
export function problemResponse(thrown: unknown, exchange: Exchange): Response {
  const { problem, headers, cause } = toProblem(thrown, exchange.requestId);
  exchange.cause = cause;
  exchange.problemCode = problem.code;
  exchange.complete = false;
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...headers,
    },
  });
}
