import type { DecimalString } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import { parseCurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { QuoteDirection, RateSource } from "../contract.ts";

/**
 * One row of history: the rate was quoted, unchanged within the rule of significant-change.ts, at `multiplier`
 * consecutive polls from `firstSeen` to `lastSeen`.
 */
export type StoredRate = {
  readonly source: RateSource;
  readonly code: CurrencyCode;
  readonly provider: string;
  readonly direction: QuoteDirection;
  readonly rate: DecimalString;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  /** The provider's own time at the last of these polls; null when it states none. */
  readonly asOf: Instant | null;
  readonly multiplier: number;
};

/** The currency in which a source quotes all others. */
export const pivotOf: Readonly<Record<RateSource, CurrencyCode>> = {
  market: parseCurrencyCode("USD"),
  ecb: parseCurrencyCode("EUR"),
  tcmb: parseCurrencyCode("TRY"),
};

export const rateSources: readonly RateSource[] = ["market", "ecb", "tcmb"];
