import type { RequestContext } from "#platform/kernel/context";
import type { DecimalString } from "#platform/kernel/decimal";
import type { CurrencyCode, Money, Scales } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";

/** `market`: the best feed at hand for each currency; `ecb`, `tcmb`: the official rates of that central bank alone. */
export type RateSource = "market" | "ecb" | "tcmb";

/**
 * per_pivot: units of the currency for one unit of the pivot (USD -> EUR 0.92).
 * in_pivot: units of the pivot for one unit of the currency (BTC -> 67000 USD).
 */
export type QuoteDirection = "per_pivot" | "in_pivot";

/** One observed rate against the source's pivot (market USD, ecb EUR, tcmb TRY), exactly as it was quoted. */
export type RateLeg = {
  readonly currency: CurrencyCode;
  readonly pivot: CurrencyCode;
  readonly direction: QuoteDirection;
  readonly rate: DecimalString;
  readonly provider: string;
  /** The last time, at or before the asked instant, that the provider was seen quoting this rate. */
  readonly observedAt: Instant;
  /** The provider's own time of these quotes; null when it states none, or one after the asked instant. */
  readonly asOf: Instant | null;
  /** Seconds from observedAt to the asked instant (now, when none was asked for). */
  readonly ageSeconds: number;
  /** Older than three polling intervals of its provider, and than 36 hours where it publishes once a day. */
  readonly stale: boolean;
};

/**
 * The value of one unit of `base` in `quote`: exact where no division is needed, otherwise rounded half-even to 20
 * significant digits; never more than 30 decimals. A pair has one value at one instant, whatever way it is asked for.
 */
export type PairRate = {
  readonly base: CurrencyCode;
  readonly quote: CurrencyCode;
  readonly source: RateSource;
  readonly rate: DecimalString;
  /** The one or two observations it was made from; empty for a currency in itself and for the pivot. */
  readonly legs: readonly RateLeg[];
  /** The older leg's; null without legs. */
  readonly observedAt: Instant | null;
  readonly ageSeconds: number;
  readonly stale: boolean;
};

export type RateQuery = {
  readonly base: CurrencyCode;
  readonly quote: CurrencyCode;
  /** Absent = now. Rates carry forward: the last observation at or before it counts. */
  readonly at?: Instant;
};

export type RatesAtInput = {
  /** At most 10,000; one read of the database whatever their number. */
  readonly pairs: readonly RateQuery[];
  readonly source: RateSource;
};

export type ConversionRequest = {
  readonly from: Money;
  readonly to: CurrencyCode;
  readonly at?: Instant;
};
export type ConvertManyInput = {
  /** At most 10,000. */
  readonly conversions: readonly ConversionRequest[];
  readonly source: RateSource;
};
/** `to.amount` is `from.amount` x `rate.rate`, rounded half-even once to the target's decimals. */
export type Conversion = { readonly from: Money; readonly to: Money; readonly rate: PairRate };

/**
 * What neighbours call. Errors: `currency.rate_not_found` (404; its fields name every pair without a rate as
 * /pairs/N or /conversions/N), `input.invalid` (422) for a currency outside the catalogue.
 */
export type CurrencyApi = {
  /** In the order of the input. */
  ratesAt(ctx: RequestContext, input: RatesAtInput): Promise<readonly PairRate[]>;
  /** In the order of the input. */
  convertMany(ctx: RequestContext, input: ConvertManyInput): Promise<readonly Conversion[]>;
};

/** A synchronous snapshot of the catalogue: which codes exist and how many decimals each has. */
export type CurrencyScales = Scales;

/** One day of a pair's history in UTC. */
export type DayRate = {
  readonly day: LocalDate;
  readonly open: DecimalString;
  readonly high: DecimalString;
  readonly low: DecimalString;
  readonly close: DecimalString;
  /** Nobody quoted the pair on that day: the last known rate was carried forward. */
  readonly carried: boolean;
};
