import type { RequestContext } from "#platform/kernel/context";
import { addDecimals, type DecimalString, zero } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import { type CurrencyCode, convertMoney, type Money, scaleOf } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { Totals } from "../contract.ts";
import type { BudgetSpendingRow, LedgerDeps } from "../deps.ts";
import { type Budget, type BudgetStatus, statusOf } from "../domain/budget.ts";
import { type Period, periodsUpTo } from "../domain/budget-period.ts";
import { carriedPeriods, type Progress, progressOf } from "../domain/budget-progress.ts";
import { shownMoney } from "../domain/shown-money.ts";
import { ledgerErrors } from "../errors.ts";
import { conversionSource, ratesByDay } from "./rates-by-day.ts";

/** Sums that one question may read: one for each period, and one for each day and other currency. */
export const maxSpendingRows = 100_000;
/** So many converted amounts still add up to a sum that the kernel can hold (24 digits). */
const maxConvertedIntegerDigits = 18;

/** One period of a budget, seen from a day. */
export type AskedPeriod = {
  readonly budget: Budget;
  readonly period: Period;
  readonly on: LocalDate;
};

/** Amounts are of the budget's currency. */
export type BudgetProgress = {
  readonly budgetId: Id;
  readonly name: string;
  readonly on: LocalDate;
  readonly status: BudgetStatus;
  readonly period: { readonly start: LocalDate; readonly end: LocalDate };
  /** Of the period alone. */
  readonly amount: Money;
  /** First day of the first period that counts for `carried`; null = nothing is carried. */
  readonly carriedFrom: LocalDate | null;
  readonly carried: Money;
  readonly available: Money;
  readonly spent: Money;
  readonly remaining: Money;
  readonly percentSpent: Progress["percentSpent"];
  readonly percentElapsed: Progress["percentElapsed"];
  readonly pace: Progress["pace"];
  /** What was spent in the period in currencies without a rate on its day: in no amount above. */
  readonly unconverted: Totals;
  /** The same of the periods that were carried. */
  readonly carriedUnconverted: Totals;
  readonly rateSource: typeof conversionSource;
};

type Deps = Pick<LedgerDeps, "db" | "clock" | "currency" | "scales" | "budgetSpending">;

/**
 * The progress of any number of budgets, in the order of the question: spending is read by one statement and converted
 * with one question for rates. Not to be called in a transaction.
 */
export async function measureBudgets(
  deps: Deps,
  ctx: RequestContext,
  asked: readonly AskedPeriod[],
): Promise<BudgetProgress[]> {
  const periods = asked.map(({ budget, period }) =>
    periodsUpTo(budget, period, carriedPeriods(budget.rollover)),
  );
  const rows = await deps.budgetSpending.spent(deps.db.read, {
    asked: asked.map(({ budget, period }, key) => ({
      ...{ key, budgetId: budget.id, currency: budget.amount.currency, end: period.end },
      starts: (periods[key] ?? []).map(({ start }) => start),
    })),
    limit: maxSpendingRows + 1,
  });
  if (rows.length > maxSpendingRows) throw tooMuch();
  const convert = await converter(deps, ctx, asked, rows);
  const rowsOf = Map.groupBy(rows, ({ key }) => key);
  return asked.map((question, key) =>
    progress(deps, question, periods[key] ?? [], rowsOf.get(key) ?? [], convert),
  );
}

/** In the currency of the budget; undefined where there is no rate for it, or the amount is beyond all measure. */
type Convert = (row: BudgetSpendingRow, to: CurrencyCode) => DecimalString | undefined;

async function converter(
  deps: Deps,
  ctx: RequestContext,
  asked: readonly AskedPeriod[],
  rows: readonly BudgetSpendingRow[],
): Promise<Convert> {
  const wanted = rows.flatMap(({ key, day, spent }) => {
    const to = asked[key]?.budget.amount.currency;
    return day === null || to === undefined ? [] : [{ day, from: spent.currency, to }];
  });
  const rateOn = await ratesByDay(deps, ctx, wanted);
  return ({ day, spent }, to) => {
    if (day === null) return spent.amount;
    const rate = rateOn({ day, from: spent.currency, to });
    if (!rate) return undefined;
    const { amount } = convertMoney(spent, rate.rate, to, scaleOf(deps.scales, to));
    const [integer = ""] = amount.replace("-", "").split(".");
    return integer.length > maxConvertedIntegerDigits ? undefined : amount;
  };
}

function progress(
  { scales }: Pick<Deps, "scales">,
  { budget, period, on }: AskedPeriod,
  periods: readonly Period[],
  rows: readonly BudgetSpendingRow[],
  convert: Convert,
): BudgetProgress {
  const { amount, rollover } = budget;
  const { currency } = amount;
  const spent = periods.map(() => zero);
  const [left, carriedLeft] = [new Map<CurrencyCode, DecimalString>(), new Map()];
  for (const row of rows) {
    const converted = convert(row, currency);
    if (converted !== undefined)
      spent[row.period] = addDecimals(spent[row.period] ?? zero, converted);
    else add(row.period === periods.length - 1 ? left : carriedLeft, row.spent);
  }
  const money = (value: DecimalString): Money => ({ amount: value, currency });
  const digits = scaleOf(scales, currency);
  const found = progressOf({ amount: amount.amount, rollover, digits, spent, period, on });
  const totals = (sums: ReadonlyMap<CurrencyCode, DecimalString>): Totals =>
    [...sums]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, sum]) => shownMoney(sum, code, scales));
  return {
    ...{ budgetId: budget.id, name: budget.name, on, status: statusOf(budget, on) },
    period: { start: period.start, end: period.end },
    amount: shownMoney(amount.amount, currency, scales),
    carriedFrom: periods.length > 1 ? (periods[0]?.start ?? null) : null,
    ...{ carried: money(found.carried), available: money(found.available) },
    ...{ spent: money(found.spent), remaining: money(found.remaining) },
    ...{ percentSpent: found.percentSpent, percentElapsed: found.percentElapsed },
    pace: found.pace,
    unconverted: totals(left),
    carriedUnconverted: totals(carriedLeft),
    rateSource: conversionSource,
  };
}

function add(sums: Map<CurrencyCode, DecimalString>, { amount, currency }: Money): void {
  sums.set(currency, addDecimals(sums.get(currency) ?? zero, amount));
}

const tooMuch = () =>
  ledgerErrors.fail(
    "too_many_matches",
    `The budgets spend in other currencies on so many days that more than ${maxSpendingRows} amounts would have to be converted: carry over fewer of them.`,
    { meta: { limit: maxSpendingRows } },
  );
