import type { RequestContext } from "#platform/kernel/context";
import { addDecimals, type DecimalString, subtractDecimals, zero } from "#platform/kernel/decimal";
import type { Money } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { CashFlow, CategoryKind, Flow, Totals } from "../contract.ts";
import type { FlowRow } from "../deps.ts";
import { monthEnds } from "../domain/day-range.ts";
import { shownMoney } from "../domain/shown-money.ts";
import {
  type AtMarketRates,
  atMarketRates,
  frameOf,
  type InsightDeps,
  type InsightInput,
  type InsightScope,
  maxFlowDays,
  ratesOfMoves,
  readScope,
} from "./insight-scope.ts";

/**
 * Income and expense by month, each day at its own rate. By the kind of the category: a refund lowers the expense.
 * Transfers and opening balances are neither.
 */
export async function cashFlow(
  deps: InsightDeps,
  ctx: RequestContext,
  input: InsightInput,
): Promise<CashFlow & AtMarketRates> {
  return { ...(await cashFlowIn(deps, ctx, await readScope(deps, ctx, input))), ...atMarketRates };
}

/** As {@link cashFlow}, at whatever rates and of whatever accounts. */
export async function cashFlowIn(
  deps: InsightDeps,
  ctx: RequestContext,
  scope: InsightScope,
): Promise<CashFlow> {
  const { bookId, range, currency, accountIds } = scope;
  const { rates, summary } = await ratesOfMoves(deps, ctx, scope);
  const query = { bookId, ...range, accountIds, currency, rates };
  const rows = await deps.insights.flows(deps.db.read, query);
  const flowOf = (some: readonly FlowRow[]): Flow => toFlow(deps, scope.currency, some);
  const byMonth = Map.groupBy(rows, ({ month }) => month);
  const months = monthEnds(range, maxFlowDays).map((day) => `${day.slice(0, 8)}01` as LocalDate);
  return {
    ...frameOf(scope),
    items: months.map((month) => ({ month, ...flowOf(byMonth.get(month) ?? []) })),
    total: flowOf(rows),
    rates: summary,
  };
}

/** Each figure is added up unrounded and rounded once. */
export function toFlow(
  { scales }: Pick<InsightDeps, "scales">,
  currency: Money["currency"],
  rows: readonly FlowRow[],
): Flow {
  const sum = (kind: CategoryKind): DecimalString =>
    rows
      .filter((row) => row.kind === kind && row.currency === null)
      .reduce((total, { amount }) => addDecimals(total, amount), zero);
  const unconverted = (kind: CategoryKind): Totals => {
    const totals = new Map<Money["currency"], DecimalString>();
    for (const row of rows)
      if (row.kind === kind && row.currency !== null)
        totals.set(row.currency, addDecimals(totals.get(row.currency) ?? zero, row.amount));
    return [...totals].map(([from, amount]) => shownMoney(amount, from, scales));
  };
  const income = shownMoney(sum("income"), currency, scales);
  const expense = shownMoney(sum("expense"), currency, scales);
  return {
    ...{ income, expense },
    net: shownMoney(subtractDecimals(income.amount, expense.amount), currency, scales),
    unconverted: { income: unconverted("income"), expense: unconverted("expense") },
  };
}
