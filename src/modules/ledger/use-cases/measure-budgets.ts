import type { RequestContext } from "#platform/kernel/context";
import {
  addDecimals,
  type DecimalString,
  multiplyDecimals,
  roundDecimal,
  zero,
} from "#platform/kernel/decimal";
import { type CurrencyCode, type Money, scaleOf } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { BudgetProgress, Totals } from "../contract.ts";
import type { BudgetSpendingRow, LedgerDeps } from "../deps.ts";
import { type Budget, statusOf } from "../domain/budget.ts";
import { type Period, periodsUpTo } from "../domain/budget-period.ts";
import { carriedPeriods, progressOf } from "../domain/budget-progress.ts";
import { shownMoney } from "../domain/shown-money.ts";
import { ledgerErrors } from "../errors.ts";
import { conversionSource, marketNow, type RateRule, ratesByDay } from "./rates-by-day.ts";

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

export type MeasureDeps = Pick<
  LedgerDeps,
  "db" | "clock" | "currency" | "scales" | "budgetSpending"
>;

/**
 * The progress of any number of budgets, in the order of the question: spending is read by one statement and converted
 * with one question for rates. Not to be called in a transaction.
 */
export async function measureBudgets(
  deps: MeasureDeps,
  ctx: RequestContext,
  asked: readonly AskedPeriod[],
): Promise<(BudgetProgress & AtMarketRates)[]> {
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
  const convert = await converter(deps, ctx, rows, (key) => asked[key]?.budget.amount.currency);
  const rowsOf = Map.groupBy(rows, ({ key }) => key);
  return asked.map((question, key) => ({
    ...progress(deps, question, periods[key] ?? [], rowsOf.get(key) ?? [], convert),
    ...atMarketRates,
  }));
}

type AtMarketRates = { readonly rateSource: typeof conversionSource };
const atMarketRates: AtMarketRates = { rateSource: conversionSource };

/** In the currency of the budget, unrounded; undefined where there is no rate, or the amount is beyond all measure. */
export type Convert = (row: BudgetSpendingRow, to: CurrencyCode) => DecimalString | undefined;

/** Of all rows at once; `currencyOf` = that of the budget with this key. 422 for more rows than one answer is made of. */
export async function converter(
  deps: MeasureDeps,
  ctx: RequestContext,
  rows: readonly BudgetSpendingRow[],
  currencyOf: (key: number) => CurrencyCode | undefined,
  rule: RateRule = marketNow,
): Promise<Convert> {
  if (rows.length > maxSpendingRows) throw tooMuch();
  const wanted = rows.flatMap(({ key, day, spent }) => {
    const to = currencyOf(key);
    return day === null || to === undefined ? [] : [{ day, from: spent.currency, to }];
  });
  const rateOn = await ratesByDay(deps, ctx, wanted, rule);
  return ({ day, spent }, to) => {
    if (day === null) return spent.amount;
    const rate = rateOn({ day, from: spent.currency, to });
    if (!rate) return undefined;
    const amount = multiplyDecimals(spent.amount, rate.rate);
    const [integer = ""] = amount.replace("-", "").split(".");
    return integer.length > maxConvertedIntegerDigits ? undefined : amount;
  };
}

/** `periods` = those that are carried, and the asked one as the last; `period` of a row is its index among them. */
export function progress(
  { scales }: Pick<MeasureDeps, "scales">,
  { budget, period, on }: AskedPeriod,
  periods: readonly Period[],
  rows: readonly BudgetSpendingRow[],
  convert: Convert,
): Omit<BudgetProgress, "rateSource"> {
  const { amount, rollover } = budget;
  const { currency } = amount;
  const unrounded = periods.map(() => zero);
  const [left, carriedLeft] = [new Map<CurrencyCode, DecimalString>(), new Map()];
  for (const row of rows) {
    const converted = convert(row, currency);
    if (converted !== undefined)
      unrounded[row.period] = addDecimals(unrounded[row.period] ?? zero, converted);
    else add(row.period === periods.length - 1 ? left : carriedLeft, row.spent);
  }
  const money = (value: DecimalString): Money => ({ amount: value, currency });
  const digits = scaleOf(scales, currency);
  // Rounded once for each period: what is carried is what was shown.
  const spent = unrounded.map((sum) => roundDecimal(sum, digits));
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
