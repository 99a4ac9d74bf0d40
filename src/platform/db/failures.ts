import { AppError, defineErrors } from "../kernel/errors.ts";

export const databaseErrors = defineErrors("database", {
  unavailable: { kind: "unavailable", title: "Database unavailable" },
  busy: { kind: "unavailable", title: "Database busy" },
  locked: { kind: "unavailable", title: "Held by somebody else" },
  audit_full: { kind: "unavailable", title: "Audit trail full" },
});

/** What a client is told to wait before it tries again. */
const retryAfterSeconds = 5;

/** postgres.js' own codes for a connection that could not be made or was lost. */
const lostConnection = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "EAI_AGAIN", // no name server, or it does not know yet
  "EHOSTUNREACH",
  "ECONNRESET",
  "ENOENT", // the unix socket is gone
  "ENOTFOUND", // a container that is stopped has no name
  "EPIPE",
  "ETIMEDOUT",
]);
/** admin_shutdown, crash_shutdown, cannot_connect_now: the server ended the session or is not ready. */
const endedSession = new Set(["57P01", "57P02", "57P03"]);
/** too_many_connections, query_canceled (statement_timeout). */
const overload = new Set(["53300", "57014"]);
/** lock_not_available (lock_timeout): one writer holds for long what another one wants. */
const lockNotAvailable = "55P03";

/**
 * The SQLSTATE, or the driver's code, of whatever was thrown: Drizzle wraps PostgreSQL's error as `cause`.
 * "23505" = unique_violation. See https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function sqlStateOf(error: unknown): string | undefined {
  return causes(error).map(codeOf).find(Boolean);
}

/** Name of the constraint that refused the row. */
export function constraintOf(error: unknown): string | undefined {
  for (const cause of causes(error))
    if ("constraint_name" in cause && typeof cause.constraint_name === "string")
      return cause.constraint_name;
  return undefined;
}

/** Whether the connection broke, so that a read may be asked once more. */
export function isConnectionLoss(error: unknown): boolean {
  const code = sqlStateOf(error);
  return code !== undefined && (lostConnection.has(code) || endedSession.has(code));
}

/**
 * The 503 that a database failure stands for: server gone, pool or server overloaded, a lock or timeout; undefined for
 * everything else, which is a defect. HTTP asks this before it calls an error unexpected.
 */
export function databaseFailure(error: unknown): AppError | undefined {
  const expected = causes(error).find((cause) => cause instanceof AppError);
  if (expected) return expected.code.startsWith(`${databaseErrors.module}.`) ? expected : undefined;
  const code = sqlStateOf(error);
  if (code === undefined) return undefined;
  if (isConnectionLoss(error) || code.startsWith("08"))
    return databaseErrors.fail("unavailable", "The database cannot be reached.", {
      cause: error,
      retryAfterSeconds,
    });
  if (code === lockNotAvailable)
    return databaseErrors.fail("locked", "Somebody else is writing to it for long. Try again.", {
      cause: error,
      retryAfterSeconds,
    });
  return overload.has(code) ? databaseBusy(error) : undefined;
}

export const databaseBusy = (cause?: unknown): AppError =>
  databaseErrors.fail("busy", "The database has too much to do.", { cause, retryAfterSeconds });

/** Refused because the audit trail could not tell of it. */
export const auditFull = (): AppError =>
  databaseErrors.fail("audit_full", "Nothing can be changed until the audit trail has caught up.", {
    retryAfterSeconds,
  });

/** The error and its causes, outermost first. */
function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let next = error; next instanceof Error && chain.length < 8; next = next.cause)
    chain.push(next);
  return chain;
}

const codeOf = (error: Error): string | undefined =>
  "code" in error && typeof error.code === "string" && !(error instanceof AppError)
    ? error.code
    : undefined;
