import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import { type LocalDate, utcDayOf } from "#platform/kernel/time";
import { maxActiveBudgets } from "../bounds.ts";
import type { BudgetProgress, Conversion } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { type Budget, readBudgetDay } from "../domain/budget.ts";
import { type Period, periodAt, periodOf, periodsUpTo } from "../domain/budget-period.ts";
import { carriedPeriods } from "../domain/budget-progress.ts";
import type { DayRange } from "../domain/day-range.ts";
import {
  type Convert,
  converter,
  type MeasureDeps,
  maxSpendingRows,
  progress,
} from "./measure-budgets.ts";

/** Of all budgets together. */
export const maxMeasuredPeriods = 10_000;

type Deps = MeasureDeps & Pick<LedgerDeps, "budgets">;

/** Every period of every active budget that has a day of the range; what is carried into them is read once a budget. */
export async function measurePeriods(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly bookId: Id; readonly range: DayRange } & Pick<Conversion, "source" | "asOf">,
): Promise<BudgetProgress[]> {
  const { bookId, range, source, asOf } = input;
  for (const [name, day] of Object.entries(range)) readBudgetDay(day, name);
  const query = { bookId, archived: false, limit: maxActiveBudgets };
  const budgets = await deps.budgets.list(deps.db.read, query);
  const measured = budgets.flatMap((budget) => askedOf(budget, range) ?? []);
  const count = measured.reduce((sum, { asked }) => sum + asked.length, 0);
  if (count > maxMeasuredPeriods)
    throw invalidField(
      "from",
      `Covers ${count} periods of budgets; at most ${maxMeasuredPeriods}.`,
    );
  const rows = await deps.budgetSpending.spent(deps.db.read, {
    asked: measured.map(({ budget, periods, end }, key) => ({
      ...{ key, budgetId: budget.id, currency: budget.amount.currency, end },
      starts: periods.map(({ start }) => start),
    })),
    limit: maxSpendingRows + 1,
  });
  const currencyOf = (key: number) => measured[key]?.budget.amount.currency;
  const convert = await converter(deps, ctx, rows, currencyOf, { source, asOf });
  const rowsOf = Map.groupBy(rows, ({ key }) => key);
  const lastDay = earlier(range.to, utcDayOf(asOf));
  return measured.flatMap((budget, key) =>
    progressOfEach(deps, budget, rowsOf.get(key) ?? [], convert, lastDay).map((found) => ({
      ...found,
      rateSource: source,
    })),
  );
}

/** `periods` = the asked ones with all that are carried into the first of them; consecutive. */
type Measured = {
  readonly budget: Budget;
  readonly asked: readonly Period[];
  readonly periods: readonly Period[];
  readonly end: LocalDate;
};

/** Undefined: the budget has no day of the range. */
function askedOf(budget: Budget, { from, to }: DayRange): Measured | undefined {
  const [first, last] = [periodOf(budget, from), periodOf(budget, to)];
  if (last.end < from || first.start > to) return undefined;
  const asked = Array.from({ length: last.index - first.index + 1 }, (_, offset) =>
    periodAt(budget, first.index + offset),
  );
  const carried = periodsUpTo(budget, first, carriedPeriods(budget.rollover)).slice(0, -1);
  return { budget, asked, periods: [...carried, ...asked], end: last.end };
}

function progressOfEach(
  deps: Pick<Deps, "scales">,
  { budget, asked, periods }: Measured,
  rows: Parameters<typeof progress>[3],
  convert: Convert,
  lastDay: LocalDate,
) {
  const byPeriod = Map.groupBy(rows, ({ period }) => period);
  const before = periods.length - asked.length;
  return asked.map((period, offset) => {
    const end = before + offset + 1;
    const start = Math.max(0, end - 1 - carriedPeriods(budget.rollover));
    const window = periods.slice(start, end);
    const spent = window.flatMap((_, index) =>
      (byPeriod.get(start + index) ?? []).map((row) => ({ ...row, period: index })),
    );
    const on = earlier(period.end, lastDay);
    return progress(deps, { budget, period, on }, window, spent, convert);
  });
}

const earlier = (a: LocalDate, b: LocalDate): LocalDate => (a < b ? a : b);
