import {
  type DecimalString,
  divideDecimals,
  fractionDigits,
  magnitudeOf,
  maxFractionDigits,
  multiplyDecimals,
  one,
  roundDecimal,
} from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import { type Instant, secondsBetween } from "#platform/kernel/time";
import type { PairRate, RateLeg, RateSource } from "../contract.ts";
import { pivotOf, type StoredRate } from "./stored-rate.ts";

/** Seconds after which a provider's last observation counts as stale. */
export type StaleAfter = (provider: string) => number;

/**
 * The stored row as seen from `at`: how old it is, and whether it still can be trusted. `secondsSince` may be replaced
 * by something that need not read the same times again and again.
 */
export function legAt(
  stored: StoredRate,
  at: Instant,
  staleAfter: StaleAfter,
  secondsSince: (stored: StoredRate, at: Instant) => number = sinceLastSeen,
): RateLeg {
  const isPast = stored.lastSeen < at;
  const observedAt = isPast ? stored.lastSeen : at;
  const ageSeconds = isPast ? secondsSince(stored, at) : 0;
  return {
    currency: stored.code,
    pivot: pivotOf[stored.source],
    direction: stored.direction,
    rate: stored.rate,
    provider: stored.provider,
    observedAt,
    asOf: stored.asOf !== null && stored.asOf <= at ? stored.asOf : null,
    ageSeconds,
    stale: ageSeconds > staleAfter(stored.provider),
  };
}

const sinceLastSeen = (stored: StoredRate, at: Instant) => secondsBetween(stored.lastSeen, at);

type Side = Pick<StoredRate, "direction" | "rate"> | undefined;

/**
 * Units of the quote for one unit of the base, through the pivot; `undefined` stands for the pivot itself.
 * The one place where a cross rate is made. At most one division, at the end. Since quotes are bounded (apply-poll.ts),
 * it is never zero and never has more digits than a decimal may have.
 */
export function crossRate(base: Side, quote: Side): DecimalString {
  // base in pivot = top / bottom; pivot in quote likewise: their product is the rate.
  let top: DecimalString = one;
  let bottom: DecimalString = one;
  if (base?.direction === "in_pivot") top = base.rate;
  else if (base) bottom = base.rate;
  if (quote?.direction === "per_pivot") top = multiplyDecimals(top, quote.rate);
  else if (quote) bottom = multiplyDecimals(bottom, quote.rate);
  const rate = bottom === one ? top : divideDecimals(top, bottom);
  const kept =
    fractionDigits(rate) <= maxFractionDigits ? rate : withFewerDecimals(rate, top, bottom);
  return multiplyDecimals(kept, one); // without trailing zeros: equal rates are equal texts
}

/** Whoever keeps a rate keeps it as a decimal like any other. Divided anew, so as to round only once. */
function withFewerDecimals(
  rate: DecimalString,
  top: DecimalString,
  bottom: DecimalString,
): DecimalString {
  if (bottom === one) return roundDecimal(rate, maxFractionDigits);
  return divideDecimals(top, bottom, maxFractionDigits + 1 + (magnitudeOf(rate) ?? 0));
}

/** Gives the row in force for a currency; undefined = none. Never asked for the pivot. */
export type RowOf = (code: CurrencyCode) => StoredRate | undefined;

/** The pair's value at `at`; undefined when a leg is missing. */
export function pairRateAt(
  pair: { readonly base: CurrencyCode; readonly quote: CurrencyCode },
  context: {
    readonly source: RateSource;
    readonly rowOf: RowOf;
    readonly legOf: (row: StoredRate) => RateLeg;
    /** Instead of {@link crossRate}: a memo over it. */
    readonly cross?: (base: StoredRate | undefined, quote: StoredRate | undefined) => DecimalString;
  },
): PairRate | undefined {
  const { source, rowOf, legOf, cross = crossRate } = context;
  const pivot = pivotOf[source];
  const { base, quote } = pair;
  if (base === quote) return withLegs(base, quote, source, one, []);
  const baseRow = base === pivot ? undefined : rowOf(base);
  const quoteRow = quote === pivot ? undefined : rowOf(quote);
  if ((!baseRow && base !== pivot) || (!quoteRow && quote !== pivot)) return undefined;
  const legs: RateLeg[] = [];
  if (baseRow) legs.push(legOf(baseRow));
  if (quoteRow) legs.push(legOf(quoteRow));
  return withLegs(base, quote, source, cross(baseRow, quoteRow), legs);
}

function withLegs(
  base: CurrencyCode,
  quote: CurrencyCode,
  source: RateSource,
  rate: DecimalString,
  legs: readonly RateLeg[],
): PairRate {
  const [first, second] = legs;
  const oldest = second && second.ageSeconds > (first?.ageSeconds ?? 0) ? second : first;
  return {
    base,
    quote,
    source,
    rate,
    legs,
    observedAt: oldest?.observedAt ?? null,
    ageSeconds: oldest?.ageSeconds ?? 0,
    stale: (first?.stale ?? false) || (second?.stale ?? false),
  };
}
