import type { PairRate, RateQuery } from "#modules/currency/contract";
import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { CurrencyCode } from "#platform/kernel/money";
import { type Instant, type LocalDate, utcDayOf } from "#platform/kernel/time";
import type { RateSource } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";

/** The API converts at the market's rates, whoever asks. */
export const conversionSource = "market";

/** Whose rates count, and of which instant where a day is not over by then; undefined = of now. */
export type RateRule = {
  readonly source: RateSource;
  readonly asOf: Instant | undefined;
};
export const marketNow: RateRule = { source: conversionSource, asOf: undefined };

/** What the neighbour takes at once. */
const maxPairsPerCall = 10_000;

/** A day and a pair whose rate is wanted. */
export type DatedPair = {
  readonly day: LocalDate;
  readonly from: CurrencyCode;
  readonly to: CurrencyCode;
};

/** Undefined for a day without a rate, and for a pair that was not asked for. */
export type RateOn = (pair: DatedPair) => PairRate | undefined;

/**
 * Rates at the end of each day (UTC); for the rule's own day and for days to come those of its instant. Every day and
 * pair is asked for once. Not to be called in a transaction.
 */
export async function ratesByDay(
  deps: Pick<LedgerDeps, "clock" | "currency">,
  ctx: RequestContext,
  wanted: readonly DatedPair[],
  { source, asOf }: RateRule = marketNow,
): Promise<RateOn> {
  const today = utcDayOf(asOf ?? deps.clock.now());
  const present = asOf === undefined ? {} : { at: asOf };
  const keyOf = ({ day, from, to }: DatedPair) => `${from} ${to} ${day < today ? day : "now"}`;
  const queries = new Map<string, RateQuery>();
  for (const pair of wanted) {
    const { day, from: base, to: quote } = pair;
    const at = day < today ? { at: endOfUtcDay(day) } : present;
    queries.set(keyOf(pair), { base, quote, ...at });
  }
  const all = [...queries];
  const calls = Array.from({ length: Math.ceil(all.length / maxPairsPerCall) }, (_, call) =>
    all.slice(call * maxPairsPerCall, (call + 1) * maxPairsPerCall),
  );
  const found = await Promise.all(
    calls.map((call) => knownRates(deps.currency, ctx, source, call)),
  );
  const rates = new Map(found.flat());
  return (pair) => rates.get(keyOf(pair));
}

const endOfUtcDay = (day: LocalDate) => `${day}T23:59:59.999Z` as Instant;

/** All or none is what the neighbour answers; it names those that have no rate, and is asked for the others again. */
async function knownRates(
  currency: LedgerDeps["currency"],
  ctx: RequestContext,
  source: RateSource,
  wanted: readonly (readonly [key: string, query: RateQuery])[],
): Promise<(readonly [string, PairRate])[]> {
  const ask = async (asked: typeof wanted) => {
    if (asked.length === 0) return [];
    const pairs = asked.map(([, query]) => query);
    const rates = await currency.ratesAt(ctx, { pairs, source });
    return asked.flatMap(([key], index) => {
      const rate = rates[index];
      return rate === undefined ? [] : [[key, rate] as const];
    });
  };
  try {
    return await ask(wanted);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "currency.rate_not_found") throw error;
    const missing = new Set(error.fields.map(({ path }) => path));
    return ask(wanted.filter((_, index) => !missing.has(`/pairs/${index}`)));
  }
}
