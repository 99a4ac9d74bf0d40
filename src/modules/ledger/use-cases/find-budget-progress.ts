import type { RequestContext } from "#platform/kernel/context";
import { type LocalDate, utcDayOf } from "#platform/kernel/time";
import { maxActiveBudgets } from "../bounds.ts";
import type { LedgerDeps } from "../deps.ts";
import { type Budget, readBudgetDay } from "../domain/budget.ts";
import { periodOf } from "../domain/budget-period.ts";
import { type BookAccessDeps, requireBook } from "./book-access.ts";
import { requireBudget } from "./find-budgets.ts";
import { measureBudgets } from "./measure-budgets.ts";

type BudgetProgress = Awaited<ReturnType<typeof measureBudgets>>[number];
type Deps = BookAccessDeps & Pick<LedgerDeps, "currency" | "scales" | "budgets" | "budgetSpending">;

/** Of the period that the day lies in; today (UTC) unless said otherwise. */
export async function findBudgetProgress(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string; readonly on?: string | undefined },
): Promise<BudgetProgress> {
  const on = dayOf(deps, input.on);
  const { budget } = await requireBudget(deps, ctx, { id: input.id, need: "read" });
  const [found] = await measureBudgets(deps, ctx, [seenFrom(budget, on)]);
  if (!found) throw new Error("a budget was asked for and not measured");
  return found;
}

/** Of all budgets of a book that are not archived, the oldest first. */
export async function listBudgetProgress(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly bookId?: string | undefined; readonly on?: string | undefined },
): Promise<{ readonly on: LocalDate; readonly items: readonly BudgetProgress[] }> {
  const on = dayOf(deps, input.on);
  const { bookId } = await requireBook(deps, ctx, { bookId: input.bookId, need: "read" });
  const query = { bookId, archived: false, limit: maxActiveBudgets };
  const budgets = await deps.budgets.list(deps.db.read, query);
  const asked = budgets.map((budget) => seenFrom(budget, on));
  return { on, items: await measureBudgets(deps, ctx, asked) };
}

const seenFrom = (budget: Budget, on: LocalDate) => ({
  ...{ budget, on },
  period: periodOf(budget, on),
});

const dayOf = ({ clock }: Pick<Deps, "clock">, on: string | undefined): LocalDate =>
  on === undefined ? utcDayOf(clock.now()) : readBudgetDay(on, "on");
