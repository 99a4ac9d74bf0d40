import type { DecimalString } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import { epochMs, type Instant } from "#platform/kernel/time";
import type { PairRate, RateSource } from "../contract.ts";
import { crossRate, legAt, pairRateAt, type StaleAfter } from "./pair-rate.ts";
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
  const cross = memoisedCrossRate();
  const secondsSince = memoisedAge(rows);
  const row = (code: CurrencyCode, source: RateSource) => bySource.get(source)?.get(code);
  return {
    pair: (pair, source, now) =>
      pairRateAt(pair, {
        source,
        rowOf: (code) => row(code, source),
        legOf: (stored) => legAt(stored, now, staleAfter, secondsSince),
        cross,
      }),
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

/** A division costs about 20 microseconds; within one table a pair's value never changes. */
function memoisedCrossRate() {
  const known = new Map<StoredRate | undefined, Map<StoredRate | undefined, DecimalString>>();
  let size = 0;
  return (base: StoredRate | undefined, quote: StoredRate | undefined): DecimalString => {
    const ofBase = known.get(base) ?? new Map<StoredRate | undefined, DecimalString>();
    const rate = ofBase.get(quote);
    if (rate !== undefined) return rate;
    const made = crossRate(base, quote);
    if (size < maxMemoisedPairs) {
      size += 1;
      known.set(base, ofBase.set(quote, made));
    }
    return made;
  };
}

/** Seconds since a row was last seen, without reading its time again, nor "now" twice in a row. */
function memoisedAge(rows: readonly StoredRate[]) {
  const lastSeenMs = new Map(rows.map((row) => [row, epochMs(row.lastSeen)]));
  let now: { readonly at: Instant; readonly ms: number } | undefined;
  return (row: StoredRate, at: Instant): number => {
    if (now?.at !== at) now = { at, ms: epochMs(at) };
    return Math.floor((now.ms - (lastSeenMs.get(row) ?? epochMs(row.lastSeen))) / 1000);
  };
}
