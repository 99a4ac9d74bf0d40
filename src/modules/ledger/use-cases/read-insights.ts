import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { parseKnownCurrency } from "#platform/kernel/money";
import { parseInstant } from "#platform/kernel/time";
import type { BookPart, Conversion, LedgerApi } from "../contract.ts";
import type { LedgerDeps, StatementSums } from "../deps.ts";
import { shownMoney } from "../domain/shown-money.ts";
import { readBookPart, requireAccountsOf } from "./book-part.ts";
import { cashFlowIn } from "./cash-flow.ts";
import { type InsightDeps, type InsightScope, ratesOfMoves } from "./insight-scope.ts";
import type { MeasureDeps } from "./measure-budgets.ts";
import { measurePeriods } from "./measure-periods.ts";
import { netWorthIn } from "./net-worth.ts";
import { readSteadily } from "./read-steadily.ts";
import { spendingIn } from "./spending.ts";

/** Months times categories times currencies. */
export const maxStatementRows = 100_000;
export const maxSpendingGroups = 100;

type Deps = InsightDeps & Pick<LedgerDeps, "accounts" | "statements">;
type Input<Method extends keyof LedgerApi> = Parameters<LedgerApi[Method]>[1];
type Output<Method extends keyof LedgerApi> = ReturnType<LedgerApi[Method]>;

/** See {@link LedgerApi.transactionCountsOf}. */
export async function transactionCountsOf(
  deps: Deps,
  _ctx: RequestContext,
  input: Input<"transactionCountsOf">,
): Output<"transactionCountsOf"> {
  const part = readBookPart(input);
  return readSteadily(deps, part, async () => {
    await requireAccountsOf(deps, part);
    return deps.statements.counts(deps.db.read, part);
  });
}

/** See {@link LedgerApi.dayRatesOf}. */
export const dayRatesOf = (
  deps: Deps,
  ctx: RequestContext,
  input: Input<"dayRatesOf">,
): Output<"dayRatesOf"> =>
  readIn(deps, input, async (scope) => {
    const { rates, missing } = await ratesOfMoves(deps, ctx, scope);
    return { items: rates.toSorted(byDay), missing: missing.toSorted(byDay) };
  });

/** See {@link LedgerApi.categoryMonthsOf}. */
export const categoryMonthsOf = (
  deps: Deps,
  ctx: RequestContext,
  input: Input<"categoryMonthsOf">,
): Output<"categoryMonthsOf"> =>
  readIn(deps, input, async (scope) => {
    const query = await statementQuery(deps, ctx, scope);
    const rows = await deps.statements.categoryMonths(deps.db.read, query);
    requireFewRows(rows.length);
    return {
      items: rows.map(({ month, categoryId, ...sums }) => ({
        ...{ month, categoryId },
        ...shownSums(deps, sums),
      })),
    };
  });

/** See {@link LedgerApi.taxTotalsOf}. */
export const taxTotalsOf = (
  deps: Deps,
  ctx: RequestContext,
  input: Input<"taxTotalsOf">,
): Output<"taxTotalsOf"> =>
  readIn(deps, input, async (scope) => {
    const query = await statementQuery(deps, ctx, scope);
    const rows = await deps.statements.taxes(deps.db.read, query);
    requireFewRows(rows.length);
    return {
      items: rows.map(({ kind, taxRate, ...sums }) => ({
        ...{ kind, taxRate },
        ...shownSums(deps, sums),
      })),
    };
  });

/** See {@link LedgerApi.cashFlowOf}. */
export const cashFlowOf = (
  deps: Deps,
  ctx: RequestContext,
  input: Input<"cashFlowOf">,
): Output<"cashFlowOf"> => readIn(deps, input, (scope) => cashFlowIn(deps, ctx, scope));

/** See {@link LedgerApi.spendingOf}. */
export async function spendingOf(
  deps: Deps,
  ctx: RequestContext,
  input: Input<"spendingOf">,
): Output<"spendingOf"> {
  const { by, limit } = input;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxSpendingGroups)
    throw invalidField("limit", `Must be 1 to ${maxSpendingGroups}.`);
  return readIn(deps, input, (scope) => spendingIn(deps, ctx, scope, { by, limit }));
}

/** See {@link LedgerApi.netWorthOf}. */
export const netWorthOf = (
  deps: Deps,
  ctx: RequestContext,
  input: Input<"netWorthOf">,
): Output<"netWorthOf"> => readIn(deps, input, (scope) => netWorthIn(deps, ctx, scope));

/** See {@link LedgerApi.budgetProgressOf}. */
export async function budgetProgressOf(
  deps: Deps & MeasureDeps & Pick<LedgerDeps, "budgets">,
  ctx: RequestContext,
  input: Input<"budgetProgressOf">,
): Output<"budgetProgressOf"> {
  const { from, to, ...part } = readBookPart({ ...input, accountIds: null });
  const asOf = readAsOf(deps, input.asOf);
  const asked = { bookId: part.bookId, range: { from, to }, source: input.source, asOf };
  return readSteadily(deps, part, async () => ({ items: await measurePeriods(deps, ctx, asked) }));
}

function readIn<T extends object>(
  deps: Deps,
  input: BookPart & Conversion,
  read: (scope: InsightScope) => Promise<T>,
) {
  const { from, to, ...part } = readBookPart(input);
  const currency = parseKnownCurrency(input.currency, deps.scales);
  const rule = { source: input.source, asOf: readAsOf(deps, input.asOf) };
  const { bookId, accountIds } = part;
  return readSteadily(deps, part, async () => {
    await requireAccountsOf(deps, part);
    return read({ bookId, accountIds, range: { from, to }, currency, rule });
  });
}

function readAsOf({ clock }: Pick<Deps, "clock">, text: string) {
  const asOf = parseInstant(text, "asOf");
  if (asOf > clock.now()) throw invalidField("asOf", "Must not lie in the future.");
  return asOf;
}

async function statementQuery(deps: Deps, ctx: RequestContext, scope: InsightScope) {
  const { bookId, range, currency, accountIds } = scope;
  const { rates } = await ratesOfMoves(deps, ctx, scope);
  return { bookId, ...range, currency, accountIds, rates, limit: maxStatementRows + 1 };
}

function requireFewRows(count: number): void {
  if (count > maxStatementRows)
    throw invalidField(
      "from",
      `Comes to more than ${maxStatementRows} figures: ask for a shorter time.`,
    );
}

const shownSums = (
  { scales }: Pick<Deps, "scales">,
  { currency, amount, converted, withoutRate }: StatementSums,
) => ({
  amount: shownMoney(amount, currency, scales),
  converted,
  unconverted: shownMoney(withoutRate, currency, scales),
});

const byDay = <T extends { readonly day: string; readonly currency: string }>(a: T, b: T) =>
  `${a.day} ${a.currency}` < `${b.day} ${b.currency}` ? -1 : 1;
