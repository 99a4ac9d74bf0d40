import type { RateProviderName } from "#platform/config";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { QuoteDirection, RateSource } from "../contract.ts";

/**
 * One quoted rate. `rate` is the published decimal in plain notation, never through a float: "1e-7" becomes
 * "0.0000001" and nothing is rounded. What is no number ("N/A"), zero or negative comes as it is: judging single
 * rates is the refresh's work.
 */
export type Quote = { readonly code: CurrencyCode; readonly rate: string };

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
  /** Throws a ProviderFailure (domain/provider-failure.ts); when `signal` aborts, the signal's own reason. Bounded in time and size. */
  fetchLatest(signal: AbortSignal): Promise<ProviderQuotes>;
};
