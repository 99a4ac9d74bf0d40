import type { RequestContext } from "../kernel/context.ts";

/** At most `limit` attempts of one subject in a window that begins with its first attempt. */
export type WindowRule = {
  readonly name: string;
  readonly kind: "window";
  readonly limit: number;
  readonly windowSeconds: number;
};

/**
 * `free` attempts without a wait; each further one is followed by a wait that doubles from `firstDelaySeconds` to
 * `maxDelaySeconds`. Forgotten after `forgetAfterSeconds` without an attempt.
 */
export type DelayRule = {
  readonly name: string;
  readonly kind: "delay";
  readonly free: number;
  readonly firstDelaySeconds: number;
  readonly maxDelaySeconds: number;
  readonly forgetAfterSeconds: number;
};

export type AttemptRule = WindowRule | DelayRule;

/** Whose attempts are counted: an address key, a client, a user id. Stored only as an HMAC under the keyring. */
export type AttemptSubject = { readonly rule: AttemptRule; readonly subject: string };

export type AttemptVerdict = {
  readonly allowed: boolean;
  /** How long the strictest refusing rule still refuses; 0 when allowed. */
  readonly retryAfterSeconds: number;
};

/**
 * Counts attempts at what can be guessed, in MainDB: the same for all processes, never in a front in memory. An attempt
 * is taken before the work it pays for, and given back when it succeeded.
 */
export type Attempts = {
  /** Takes one attempt of each subject, or of none when one of them has none left. One statement. */
  take(ctx: RequestContext, subjects: readonly AttemptSubject[]): Promise<AttemptVerdict>;
  /** Like take, but throws `limit.exceeded` (429 with Retry-After) when refused; `says` is its detail. */
  require(ctx: RequestContext, subjects: readonly AttemptSubject[], says?: string): Promise<void>;
  /** Gives one attempt back; of a delay rule all of them. After a success. */
  giveBack(ctx: RequestContext, subjects: readonly AttemptSubject[]): Promise<void>;
};
