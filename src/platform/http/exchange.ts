import type { Server } from "bun";
import type { StoredResult } from "../db/idempotency.ts";
import type { Actor, IdempotencyClaim } from "../kernel/context.ts";
import type { Id } from "../kernel/ids.ts";
import type { BudgetState } from "./rate-limit.ts";

/** A file's bytes in the order they were sent. Can be read once, to its end or to where the reader has seen enough. */
export type Upload = AsyncIterable<Uint8Array>;

/** What a route is called, and what the audit trail wants of it. */
export type DescribedOperation = {
  readonly operationId: string;
  /** The one whose permission it asks for; null = it is for everybody. */
  readonly module: string | null;
  /** As in {@link RouteOptions}. */
  readonly audit: "always" | "none" | undefined;
};

/** The body that an answer to HEAD leaves out; `sizeBytes` undefined = its length is not known before it is made. */
export type LeftOut = { readonly sizeBytes: number | undefined };

/** One request on its way through the server: what the server, the guard and the observer tell each other. */
export type Exchange = {
  /** Ours, a UUIDv7. */
  readonly requestId: string;
  /** The client's own X-Request-Id when it is harmless; never used as ours. */
  readonly clientRequestId: string | null;
  readonly server: Server<unknown> | null;
  /** It asks for what GET would answer, without its body. */
  readonly isHead: boolean;
  /** Monotonic milliseconds. */
  readonly startedMs: number;
  /** Monotonic milliseconds from which its deadline counts: the start, or when an upload's last bytes came. */
  waitedForSinceMs: number;
  /** Set by the guard as soon as a route is known. */
  route: string;
  /** What the route says of itself; set together with it. */
  operation: DescribedOperation | null;
  /** Whom the guard has recognised, also when it then refused; null = it knows nobody, or was never asked. */
  caller: Actor | null;
  /** Who may go on: the caller, once the guard has let it. */
  actor: Actor | null;
  /** Whose account it turned out to be about, set by handlers where nobody is signed in yet; for the request's record. */
  accountId: Id | null;
  /** Key of the client for limits: its address or network. */
  client: string;
  /** Set on routes that take an Idempotency-Key, when one was sent. */
  idempotency: {
    readonly claim: IdempotencyClaim;
    find(claim: IdempotencyClaim): Promise<StoredResult | undefined>;
  } | null;
  /** The version that If-Match names, on routes that take it; elsewhere {@link noVersion}, which nothing has. */
  ifMatch: number;
  /** Set on routes that take a file. */
  upload: Upload | null;
  budget: BudgetState | null;
  /** Of an answer that is made while it is sent: its end, with what broke it off. */
  sending: Promise<unknown> | null;
  /** Of an answer to HEAD: the body that was not made. */
  leftOut: LeftOut | null;
  /** Code of the problem that is the answer. */
  problemCode: string | null;
  /** The cause of a 5xx, for the log. */
  cause: unknown;
  replayed: boolean;
  /** The route's own answer carries every header already. */
  complete: boolean;
  /** What its route sends with every answer, problems as well. */
  headers: Readonly<Record<string, string>> | null;
  aborter: AbortController | null;
};

const noVersion = -1;

const key = Symbol("fintrack.exchange");
type Carrier = { [key]?: Exchange };

export function createExchange(
  requestId: string,
  clientRequestId: string | null,
  server: Server<unknown> | null,
  isHead = false,
): Exchange {
  const startedMs = performance.now();
  return {
    requestId,
    clientRequestId,
    server,
    isHead,
    startedMs,
    waitedForSinceMs: startedMs,
    route: "unmatched",
    operation: null,
    caller: null,
    actor: null,
    accountId: null,
    client: "unknown",
    idempotency: null,
    ifMatch: noVersion,
    upload: null,
    budget: null,
    sending: null,
    leftOut: null,
    problemCode: null,
    cause: undefined,
    replayed: false,
    complete: false,
    headers: null,
    aborter: null,
  };
}

// A property of the request itself: a WeakMap costs twice as much on the way of every request.
export const attachExchange = (request: Request, exchange: Exchange): void => {
  (request as Carrier)[key] = exchange;
};
export const exchangeOf = (request: Request): Exchange | undefined => (request as Carrier)[key];

/** Aborted when the request has run into its time limit. Made only for those who ask. */
export function signalOf(exchange: Exchange): AbortSignal {
  exchange.aborter ??= new AbortController();
  return exchange.aborter.signal;
}

/** What the client sends, on a route with `upload`. */
export function uploadOf({ upload }: Exchange): Upload {
  if (upload === null) throw new Error("this route takes no file");
  return upload;
}

/** The exchange of a request; one of its own for a request that came past the server (`app.handle` in a test). */
export function ensureExchange(request: Request): Exchange {
  const known = exchangeOf(request);
  if (known) return known;
  const exchange = createExchange("none", null, null, request.method === "HEAD");
  attachExchange(request, exchange);
  return exchange;
}
