import type { DecimalString } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { PairRate, RateSource } from "../contract.ts";
import { crossRate, pairRateAt, type StaleAfter } from "./pair-rate.ts";
import { pivotOf, rateSources, type StoredRate } from "./stored-rate.ts";

/** More pairs than this are computed anew each time: 950 x 950 would fill the memory. */
const maxMemoisedPairs = 50_000;

/** The newest row of every currency of every source, in memory: conversions at "now" touch no database. */
export type LatestRates = {
  pair(
    pair: { readonly base: CurrencyCode; readonly quote: CurrencyCode },
    source: RateSource,
    now: Instant,
  ): PairRate | undefined;
  /** Whether the source has a rate for the currency (its pivot always has). */
  isQuoted(code: CurrencyCode, source: RateSource): boolean;
  /** All codes of a source, the pivot included, sorted. */
  codes(source: RateSource): readonly CurrencyCode[];
  row(code: CurrencyCode, source: RateSource): StoredRate | undefined;
  /** When the source was last seen quoting anything; null = never. */
  newestObservation(source: RateSource): Instant | null;
};

export function latestRates(rows: readonly StoredRate[], staleAfter: StaleAfter): LatestRates {
  const bySource = new Map(
    rateSources.map((source) => [source, new Map<CurrencyCode, StoredRate>()]),
  );
  for (const row of rows) bySource.get(row.source)?.set(row.code, row);
  const codes = new Map(
    rateSources.map((source) => [
      source,
      [...new Set([pivotOf[source], ...(bySource.get(source)?.keys() ?? [])])].toSorted(),
    ]),
  );
  // A division costs about 20 microseconds; within one table a pair's value never changes.
  const crosses = new Map<string, DecimalString>();
  const cross = (base: StoredRate | undefined, quote: StoredRate | undefined): DecimalString => {
    const key = `${(base ?? quote)?.source} ${base?.code ?? ""} ${quote?.code ?? ""}`;
    const known = crosses.get(key);
    if (known !== undefined) return known;
    const rate = crossRate(base, quote);
    if (crosses.size < maxMemoisedPairs) crosses.set(key, rate);
    return rate;
  };
  const row = (code: CurrencyCode, source: RateSource) => bySource.get(source)?.get(code);
  return {
    pair: (pair, source, now) =>
      pairRateAt(pair, { source, at: now, rowOf: (code) => row(code, source), staleAfter, cross }),
    isQuoted: (code, source) => code === pivotOf[source] || row(code, source) !== undefined,
    codes: (source) => codes.get(source) ?? [],
    row,
    newestObservation(source) {
      const seen = [...(bySource.get(source)?.values() ?? [])].map((stored) => stored.lastSeen);
      return seen.reduce<Instant | null>(
        (newest, at) => (newest && newest > at ? newest : at),
        null,
      );
    },
  };
}
