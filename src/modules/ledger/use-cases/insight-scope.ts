import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { readGiven } from "#platform/kernel/given";
import type { Id } from "#platform/kernel/ids";
import { type CurrencyCode, parseKnownCurrency } from "#platform/kernel/money";
import { type LocalDate, utcDayOf } from "#platform/kernel/time";
import type { DayRate, InsightFrame, UsedRates } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { type DayRange, everyDay, readRange } from "../domain/day-range.ts";
import { summarizeRates } from "../domain/used-rates.ts";
import { type BookAccessDeps, requireBook } from "./book-access.ts";
import {
  conversionSource,
  marketNow,
  type RateOn,
  type RateRule,
  ratesByDay,
} from "./rates-by-day.ts";

/** Days and currencies whose rates one answer is made with. */
export const maxInsightRates = 10_000;
/** Ten years of days. */
export const maxFlowDays = 3_660;

export type InsightDeps = BookAccessDeps &
  Pick<LedgerDeps, "currency" | "scales" | "balances" | "insights">;

/** What every insight is asked: of which book, when, in which currency. */
export type InsightInput = {
  readonly bookId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The book's own unless said otherwise. */
  readonly currency?: string | undefined;
};

export type InsightScope = {
  readonly bookId: Id;
  readonly range: DayRange;
  readonly currency: CurrencyCode;
  readonly rule: RateRule;
  /** Null = all accounts. */
  readonly accountIds: readonly Id[] | null;
};

/** As the API tells it. */
export type AtMarketRates = { readonly source: typeof conversionSource };
export const atMarketRates: AtMarketRates = { source: conversionSource };

export async function readScope(
  deps: InsightDeps,
  ctx: RequestContext,
  input: InsightInput,
): Promise<InsightScope> {
  const range = readRange(input, utcDayOf(deps.clock.now()));
  const asked = readGiven(input.currency, (code) => parseKnownCurrency(code, deps.scales));
  const book = { bookId: input.bookId, need: "read" } as const;
  const { bookId, baseCurrency } = await requireBook(deps, ctx, book);
  return { bookId, range, currency: asked ?? baseCurrency, rule: marketNow, accountIds: null };
}

export const frameOf = ({ bookId, range, currency, rule }: InsightScope): InsightFrame => ({
  ...{ bookId, ...range, currency, source: rule.source },
});

/** The rates of all days on which something moved in another currency; 422 when they are too many. */
export async function ratesOfMoves(
  deps: InsightDeps,
  ctx: RequestContext,
  { bookId, range, currency, rule, accountIds }: InsightScope,
): Promise<{
  readonly rates: readonly DayRate[];
  readonly missing: readonly { readonly day: LocalDate; readonly currency: CurrencyCode }[];
  readonly summary: readonly UsedRates[];
}> {
  everyDay(range, maxFlowDays);
  const moved = await deps.balances.movedDays(deps.db.read, {
    ...{ bookId, ...range, accountIds, except: currency },
    limit: maxInsightRates + 1,
  });
  requireFewRates(moved.length);
  const pairs = moved.map((pair) => ({ day: pair.day, from: pair.currency, to: currency }));
  const rateOn = await ratesByDay(deps, ctx, pairs, rule);
  const rates = pairs.flatMap((pair) => dayRate(rateOn, pair) ?? []);
  const missing = moved.filter((_, index) => {
    const pair = pairs[index];
    return pair && !rateOn(pair);
  });
  return { rates, missing, summary: summarizeRates(rates) };
}

export function dayRate(
  rateOn: RateOn,
  pair: { readonly day: LocalDate; readonly from: CurrencyCode; readonly to: CurrencyCode },
): DayRate | undefined {
  const found = rateOn(pair);
  if (!found) return undefined;
  const { rate, observedAt, stale, legs } = found;
  const quoted = legs.map((leg) => leg.asOf ?? leg.observedAt).toSorted();
  return {
    ...{ day: pair.day, currency: pair.from, rate, observedAt, stale },
    quotedAt: quoted[0] ?? null,
    providers: [...new Set(legs.map(({ provider }) => provider))].toSorted(),
  };
}

export function requireFewRates(count: number): void {
  if (count > maxInsightRates)
    throw invalidField(
      "from",
      `Needs more than ${maxInsightRates} rates at once: ask for a shorter time.`,
    );
}
