import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import { type CurrencyCode, parseCurrencyCode, scaleOf } from "#platform/kernel/money";
import { type LocalDate, utcDayOf } from "#platform/kernel/time";
import type { LedgerDeps } from "../deps.ts";
import { type DayRange, everyDay, readRange } from "../domain/day-range.ts";
import { summarizeRates, type UsedRate, type UsedRates } from "../domain/used-rates.ts";
import { type BookAccessDeps, requireBook } from "./book-access.ts";
import { conversionSource, type RateOn, ratesByDay } from "./rates-by-day.ts";

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
};

/** What every insight answers: in what it is, and how it was converted. */
export type InsightFrame = {
  readonly bookId: Id;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly currency: CurrencyCode;
  readonly source: typeof conversionSource;
};

export async function readScope(
  deps: InsightDeps,
  ctx: RequestContext,
  input: InsightInput,
): Promise<InsightScope> {
  const range = readRange(input, utcDayOf(deps.clock.now()));
  const asked =
    input.currency === undefined ? undefined : parseCurrencyCode(input.currency, "currency");
  if (asked !== undefined) scaleOf(deps.scales, asked, "currency");
  const wanted = input.bookId === undefined ? undefined : parseId(input.bookId, "bookId");
  const { bookId, baseCurrency } = await requireBook(deps, ctx, { bookId: wanted, need: "read" });
  return { bookId, range, currency: asked ?? baseCurrency };
}

export const frameOf = ({ bookId, range, currency }: InsightScope): InsightFrame => ({
  ...{ bookId, ...range, currency, source: conversionSource },
});

/** The rates of all days on which something moved in another currency; 422 when they are too many. */
export async function ratesOfMoves(
  deps: InsightDeps,
  ctx: RequestContext,
  { bookId, range, currency }: InsightScope,
): Promise<{ readonly rates: readonly DayUsedRate[]; readonly summary: readonly UsedRates[] }> {
  everyDay(range, maxFlowDays);
  const moved = await deps.balances.movedDays(deps.db.read, {
    ...{ bookId, ...range, except: currency },
    limit: maxInsightRates + 1,
  });
  requireFewRates(moved.length);
  const pairs = moved.map((pair) => ({ day: pair.day, from: pair.currency, to: currency }));
  const rateOn = await ratesByDay(deps, ctx, pairs);
  const rates = pairs.flatMap((pair) => usedRate(rateOn, pair) ?? []);
  return { rates, summary: summarizeRates(rates) };
}

export type DayUsedRate = UsedRate & { readonly day: LocalDate };

export function usedRate(
  rateOn: RateOn,
  pair: { readonly day: LocalDate; readonly from: CurrencyCode; readonly to: CurrencyCode },
): DayUsedRate | undefined {
  const found = rateOn(pair);
  if (!found) return undefined;
  const { rate, observedAt, stale } = found;
  return { day: pair.day, currency: pair.from, rate, observedAt, stale };
}

export function requireFewRates(count: number): void {
  if (count > maxInsightRates)
    throw invalidField(
      "from",
      `Needs more than ${maxInsightRates} rates at once: ask for a shorter time.`,
    );
}
