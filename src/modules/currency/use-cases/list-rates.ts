import type { RequestContext } from "#platform/kernel/context";
import type { CurrencyCode } from "#platform/kernel/money";
import { decodeCursor, pageOf } from "#platform/kernel/page";
import type { Instant } from "#platform/kernel/time";
import type { PairRate, RateSource } from "../contract.ts";
import type { CurrencyDeps } from "../deps.ts";
import { pivotOf } from "../domain/stored-rate.ts";
import { currencyErrors } from "../errors.ts";
import { findRatesAt } from "./rates-at.ts";

type Deps = Pick<CurrencyDeps, "db" | "clock" | "latest" | "rates" | "rules">;

export type ListRatesInput = {
  readonly base: CurrencyCode;
  readonly source: RateSource;
  readonly at?: Instant | undefined;
  /** Absent = every currency of the source, a page at a time. */
  readonly symbols?: readonly CurrencyCode[] | undefined;
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
  const { base, source, at, limit } = input;
  const instant = at ?? deps.clock.now();
  await requireBase(deps, ctx, input);
  const after = input.cursor === undefined ? "" : (decodeCursor(input.cursor, 1)[0] ?? "");
  const codes = input.symbols?.toSorted() ?? deps.latest.current().codes(source);
  const rest = codes.filter((code) => code > after).slice(0, limit + 1);
  const page = pageOf(rest, limit, (code) => [code]);
  const pairs = page.items.map((quote) => ({
    base,
    quote,
    ...(at === undefined ? {} : { at }),
  }));
  const found = await findRatesAt(deps, ctx, { pairs, source });
  return {
    base,
    source,
    at: instant,
    items: found.filter((rate) => rate !== undefined),
    unavailable: input.symbols ? page.items.filter((_, index) => found[index] === undefined) : [],
    nextCursor: page.nextCursor,
  };
}

async function requireBase(deps: Deps, ctx: RequestContext, input: ListRatesInput): Promise<void> {
  const { base, source, at } = input;
  const pair = { base, quote: pivotOf[source], ...(at === undefined ? {} : { at }) };
  const [rate] = await findRatesAt(deps, ctx, { pairs: [pair], source });
  if (!rate)
    throw currencyErrors.fail("rate_not_found", `${source} has no rate for ${base}.`, {
      fields: [{ path: "base", detail: `${source} has no rate for it at that instant.` }],
    });
}
