import type { RateProviderName } from "#platform/config";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";

/** Which table a provider feeds: the market one, or that of one central bank, whose rates stand for themselves. */
export type RateSource = "market" | "ecb" | "tcmb";

/**
 * One quoted rate. `rate` is the published decimal in plain notation, never through a float: "1e-7" becomes
 * "0.0000001" and nothing is rounded. What is no number ("N/A"), zero or negative comes as it is: judging single
 * rates is the refresh's work.
 */
export type Quote = { readonly code: CurrencyCode; readonly rate: string };

/**
 * per_pivot: units of `code` for one unit of the pivot (USD -> EUR 0.92).
 * in_pivot: units of the pivot for one unit of `code` (BTC -> 67000 USD).
 */
export type QuoteDirection = "per_pivot" | "in_pivot";

/** One answer of a provider. Never empty; each code once, the pivot itself left out (it was checked to be 1). */
export type ProviderQuotes = {
  readonly pivot: CurrencyCode;
  readonly direction: QuoteDirection;
  /**
   * What the provider states; null when it states nothing. A bare date becomes midnight UTC of that day, so that
   * `utcDayOf(asOf)` is the day the provider wrote; it says nothing about the hour.
   */
  readonly asOf: Instant | null;
  readonly quotes: readonly Quote[];
  /** Entries left out: no code of ours, a code twice, no rate at all. */
  readonly skipped: number;
};

export type RateProvider = {
  readonly name: RateProviderName;
  readonly source: RateSource;
  /** Throws {@link ProviderFailure}; when `signal` aborts, the signal's own reason. Bounded in time and size. */
  fetchLatest(signal: AbortSignal): Promise<ProviderQuotes>;
};

/**
 * Why a provider gave nothing usable. A metric label, and shown to clients.
 * unauthorized 401, plan 402, forbidden 403, not_found 404, quota 429, server 5xx, status any other but 2xx
 * (redirects included: they are not followed), timeout (silence, or too slow as a whole), network (no connection, or
 * one that broke), not_json and not_xml (an HTML page, a cut or undecodable body), too_large, wrong_base,
 * future_date, empty (no rate in it), malformed (readable, but not of the documented shape).
 */
export type ProviderFailureReason =
  | "unauthorized"
  | "plan"
  | "forbidden"
  | "not_found"
  | "quota"
  | "server"
  | "status"
  | "timeout"
  | "network"
  | "not_json"
  | "not_xml"
  | "too_large"
  | "wrong_base"
  | "future_date"
  | "empty"
  | "malformed";

/** The message names the provider and the fault in our own words: no address, no key, no text of the provider. */
export class ProviderFailure extends Error {
  override readonly name = "ProviderFailure";
  readonly provider: RateProviderName;
  readonly reason: ProviderFailureReason;
  /** What the provider asked for by Retry-After; null when it asked for nothing. */
  readonly retryAfterSeconds: number | null;

  constructor(
    provider: RateProviderName,
    reason: ProviderFailureReason,
    message: string,
    retryAfterSeconds: number | null = null,
  ) {
    super(`${provider}: ${message}`);
    this.provider = provider;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
