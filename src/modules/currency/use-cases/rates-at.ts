import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { PairRate, RateQuery, RateSource, RatesAtInput } from "../contract.ts";
import type { CurrencyDeps } from "../deps.ts";
import { legAt, pairRateAt } from "../domain/pair-rate.ts";
import { pivotOf, type StoredRate } from "../domain/stored-rate.ts";
import { currencyErrors } from "../errors.ts";

/** Bound of every batch of pairs or conversions. */
export const maxPairs = 10_000;

type Deps = Pick<CurrencyDeps, "db" | "clock" | "latest" | "rates" | "rules">;

/** The pairs' values in the order of the input; fails with currency.rate_not_found naming every pair without one. */
export async function ratesAt(
  deps: Deps,
  ctx: RequestContext,
  input: RatesAtInput,
): Promise<readonly PairRate[]> {
  const pathOf = (index: number) => `/pairs/${index}`;
  const found = await findRatesAt(deps, ctx, input, (index) => `${pathOf(index)}/at`);
  return requireAll(found, input.pairs, pathOf);
}

/**
 * Like {@link ratesAt}, but undefined where a pair has no rate. Pairs without `at` touch no database. `atPathOf(index)`
 * names the instant of a pair to whoever asked for one that is still to come.
 */
export async function findRatesAt(
  deps: Deps,
  _ctx: RequestContext,
  { pairs, source }: RatesAtInput,
  atPathOf: (index: number) => string = () => "at",
): Promise<readonly (PairRate | undefined)[]> {
  if (pairs.length > maxPairs) throw new RangeError(`more than ${maxPairs} pairs`);
  const now = deps.clock.now();
  for (const [index, { at }] of pairs.entries())
    if (at !== undefined && at > now)
      throw invalidField(atPathOf(index), "Must not lie in the future.");
  const rowOf = pairs.some((pair) => pair.at !== undefined)
    ? await readRows(deps, pairs, source)
    : noRows;
  const staleAfter = deps.rules.staleAfterSeconds;
  const latest = deps.latest.current();
  return pairs.map((pair) => {
    const { at } = pair;
    if (at === undefined) return latest.pair(pair, source, now);
    return pairRateAt(pair, {
      source,
      rowOf: (code) => rowOf(code, at),
      legOf: (row) => legAt(row, at, staleAfter),
    });
  });
}

const noRows = (): undefined => undefined;

async function readRows(
  deps: Deps,
  pairs: readonly RateQuery[],
  source: RateSource,
): Promise<(code: CurrencyCode, at: Instant) => StoredRate | undefined> {
  const keys = new Map<string, { code: CurrencyCode; at: Instant }>();
  for (const { base, quote, at } of pairs)
    if (at !== undefined && base !== quote)
      for (const code of [base, quote])
        if (code !== pivotOf[source]) keys.set(`${code} ${at}`, { code, at });
  const wanted = [...keys.keys()];
  const rows = await deps.rates.inForceAt(deps.db.read, source, [...keys.values()]);
  const found = new Map(wanted.map((key, index) => [key, rows[index]]));
  return (code, at) => found.get(`${code} ${at}`);
}

/** Every missing pair is named at its path. */
export function requireAll(
  found: readonly (PairRate | undefined)[],
  pairs: readonly RateQuery[],
  pathOf: (index: number) => string,
): readonly PairRate[] {
  const missing = pairs.flatMap(({ base, quote, at }, index) =>
    found[index] === undefined
      ? [{ path: pathOf(index), detail: `No rate from ${base} to ${quote} at ${at ?? "present"}.` }]
      : [],
  );
  const [first] = missing;
  if (first)
    throw currencyErrors.fail(
      "rate_not_found",
      missing.length === 1 ? first.detail : `${missing.length} pairs have no rate.`,
      { fields: missing },
    );
  return found.filter((rate) => rate !== undefined);
}
