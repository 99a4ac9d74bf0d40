import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import type { CurrencyCode } from "#platform/kernel/money";
import { decodeCursor, pageOf } from "#platform/kernel/page";
import type { Instant } from "#platform/kernel/time";
import type { PairRate, RateSource } from "../contract.ts";
import type { CurrencyDeps } from "../deps.ts";
import { resolveCode } from "../domain/resolve-code.ts";
import { pivotOf } from "../domain/stored-rate.ts";
import { findRatesAt, requireAll } from "./rates-at.ts";

type Deps = Pick<CurrencyDeps, "db" | "clock" | "catalogue" | "latest" | "rates" | "rules">;

/** Bound of `symbols`. */
const maxSymbols = 200;

export type ListRatesInput = {
  /** A code in any case; absent = the pivot of the source. */
  readonly base?: string | undefined;
  readonly source: RateSource;
  readonly at?: Instant | undefined;
  /** Codes in any case, at most 200; absent = every currency of the source, a page at a time. */
  readonly symbols?: readonly string[] | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export type RateList = {
  readonly base: CurrencyCode;
  readonly source: RateSource;
  /** The instant the rates are of. */
  readonly at: Instant;
  readonly items: readonly PairRate[];
  /** Asked for by symbols, but without a rate at that instant. */
  readonly unavailable: readonly CurrencyCode[];
  readonly nextCursor: string | null;
};

/** What one unit of `base` is worth in many currencies, sorted by code. */
export async function listRates(
  deps: Deps,
  ctx: RequestContext,
  input: ListRatesInput,
): Promise<RateList> {
  const { source, at, limit } = input;
  const base =
    input.base === undefined ? pivotOf[source] : resolveCode(deps.catalogue, input.base, "base");
  const symbols = readSymbols(deps, input.symbols);
  const after = input.cursor === undefined ? "" : (decodeCursor(input.cursor, 1)[0] ?? "");
  const codes = symbols ?? deps.latest.current().codes(source);
  const rest = codes.filter((code) => code > after).slice(0, limit + 1);
  const page = pageOf(rest, limit, (code) => [code]);
  const pairs = page.items.map((quote) => ({
    base,
    quote,
    ...(at === undefined ? {} : { at }),
  }));
  const found = await findRatesAt(deps, ctx, { pairs, source });
  // A base without a rate still is worth one of itself; when nothing was found, it may be the reason.
  if (found.every((rate) => rate === undefined)) await requireBase(deps, ctx, { base, source, at });
  return {
    base,
    source,
    at: at ?? deps.clock.now(),
    items: found.filter((rate) => rate !== undefined),
    unavailable: symbols ? page.items.filter((_, index) => found[index] === undefined) : [],
    nextCursor: page.nextCursor,
  };
}

function readSymbols(deps: Deps, symbols: readonly string[] | undefined) {
  if (symbols === undefined) return undefined;
  if (symbols.length === 0 || symbols.length > maxSymbols)
    throw invalidField("symbols", `Must list 1 to ${maxSymbols} currency codes.`);
  const codes = symbols.map((symbol) => resolveCode(deps.catalogue, symbol, "symbols"));
  return [...new Set(codes)].toSorted();
}

async function requireBase(
  deps: Deps,
  ctx: RequestContext,
  { base, source, at }: { base: CurrencyCode; source: RateSource; at: Instant | undefined },
): Promise<void> {
  const pair = { base, quote: pivotOf[source], ...(at === undefined ? {} : { at }) };
  const found = await findRatesAt(deps, ctx, { pairs: [pair], source });
  requireAll(found, [pair], () => "base");
}
