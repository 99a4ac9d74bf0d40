import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import { parseId } from "#platform/kernel/ids";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { LedgerDeps } from "../deps.ts";
import type { Budget } from "../domain/budget.ts";
import { ledgerErrors } from "../errors.ts";
import {
  type BookAccess,
  type BookAccessDeps,
  type BookNeed,
  requireBook,
  requireBookOf,
} from "./book-access.ts";

type Deps = BookAccessDeps & Pick<LedgerDeps, "budgets">;

export type ListBudgetsInput = {
  readonly bookId?: string | undefined;
  /** Undefined = both. */
  readonly archived?: boolean | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

/** The oldest first. */
export async function listBudgets(
  deps: Deps,
  ctx: RequestContext,
  input: ListBudgetsInput,
): Promise<Page<Budget>> {
  const { archived, cursor, limit } = input;
  const after = decodeMoment(cursor, "createdAt");
  const { bookId } = await requireBook(deps, ctx, { bookId: input.bookId, need: "read" });
  const query = { bookId, archived, after, limit: limit + 1 };
  const rows = await deps.budgets.list(deps.db.read, query);
  return pageOf(rows, limit, ({ createdAt, id }) => [createdAt, id]);
}

export async function getBudget(
  deps: Deps,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<Budget> {
  return (await requireBudget(deps, ctx, { id, need: "read" })).budget;
}

/** A budget of a book that one is no member of is not there: `ledger.budget_not_found` (404). */
export async function requireBudget(
  deps: Deps,
  ctx: RequestContext,
  { id, need }: { readonly id: string; readonly need: BookNeed },
): Promise<{ readonly budget: Budget; readonly access: BookAccess }> {
  const budget = await deps.budgets.find(deps.db.read, parseId(id));
  const access = await requireBookOf(deps, ctx, budget, need, budgetNotFound);
  if (!budget) throw budgetNotFound();
  return { budget, access };
}

export const budgetNotFound = (): AppError =>
  ledgerErrors.fail("budget_not_found", "You have no such budget.");
