import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { given } from "#platform/kernel/given";
import type { Id } from "#platform/kernel/ids";
import { type Instant, utcDayOf } from "#platform/kernel/time";
import { maxActiveBudgets } from "../bounds.ts";
import type { LedgerDeps } from "../deps.ts";
import { type Budget, type BudgetInput, type BudgetPlan, readBudget } from "../domain/budget.ts";
import { ledgerErrors } from "../errors.ts";
import { type BookAccessDeps, lockBook, requireBook, requireVersion } from "./book-access.ts";
import { budgetNotFound, requireBudget } from "./find-budgets.ts";
import { requireCategories } from "./require-categories.ts";

type Deps = BookAccessDeps & Pick<LedgerDeps, "scales" | "budgets" | "budgetAlerts">;

export type CreateBudgetInput = BudgetInput & { readonly bookId?: string | undefined };

/** Throws `category_not_found` (404), `category_archived` and `too_many_budgets` (409). */
export async function createBudget(
  deps: Deps,
  ctx: RequestContext,
  { bookId: asked, ...input }: CreateBudgetInput,
): Promise<Budget> {
  const plan = readBudget(input, deps.scales);
  const book = { bookId: asked, path: "/bookId", need: "write" } as const;
  const { bookId, userId } = await requireBook(deps, ctx, book);
  return deps.db.transact(ctx, async (tx) => {
    await lockBook(deps, tx, { bookId, dates: [] });
    await requireRoom(deps, tx, bookId);
    await requireSpending(deps, tx, bookId, plan.categoryIds);
    const at = deps.clock.now();
    const budget: Budget = {
      ...{ ...plan, id: deps.ids.next(), bookId },
      ...{ archivedAt: null, createdAt: at, updatedAt: at, version: 1 },
    };
    await deps.budgets.add(tx, { ...budget, createdBy: userId });
    await deps.budgetAlerts.startChecking(tx, bookId, utcDayOf(at));
    return budget;
  });
}

/** Which budget, and the version of it that the user has seen. */
type Target = { readonly id: string; readonly ifMatch: number };

/** Absent = stays as it is. */
export type UpdateBudgetInput = Target &
  Partial<{
    readonly [K in keyof BudgetInput]: BudgetInput[K] | undefined;
  }>;

/** All of what is given or nothing. Throws as {@link createBudget} does, and `version_changed` (412). */
export async function updateBudget(
  deps: Deps,
  ctx: RequestContext,
  { id, ifMatch, ...input }: UpdateBudgetInput,
): Promise<Budget> {
  return changeBudget(deps, ctx, { id, ifMatch }, async (tx, before, at) => {
    const plan: BudgetPlan = readBudget({ ...before, ...given(input) }, deps.scales);
    await requireSpending(deps, tx, before.bookId, plan.categoryIds, before.categoryIds);
    await deps.budgets.change(tx, { id: before.id, plan, at });
  });
}

/** What is archived tells nobody anything, and is not among the progress of all. */
export async function archiveBudget(
  deps: Deps,
  ctx: RequestContext,
  target: Target,
): Promise<Budget> {
  return changeBudget(deps, ctx, target, async (tx, before, at) => {
    if (before.archivedAt === null)
      await deps.budgets.setArchived(tx, { id: before.id, archivedAt: at, at });
  });
}

/** Throws `too_many_budgets` (409). */
export async function restoreBudget(
  deps: Deps,
  ctx: RequestContext,
  target: Target,
): Promise<Budget> {
  return changeBudget(deps, ctx, target, async (tx, before, at) => {
    if (before.archivedAt === null) return;
    await requireRoom(deps, tx, before.bookId);
    await deps.budgets.setArchived(tx, { id: before.id, archivedAt: null, at });
  });
}

async function changeBudget(
  deps: Deps,
  ctx: RequestContext,
  { id, ifMatch }: Target,
  apply: (tx: Tx, before: Budget, at: Instant) => Promise<void>,
): Promise<Budget> {
  const { budget } = await requireBudget(deps, ctx, { id, need: "write" });
  const find = async (tx: Tx) => {
    const found = await deps.budgets.find(tx, budget.id);
    if (!found) throw budgetNotFound();
    return found;
  };
  return deps.db.transact(ctx, async (tx) => {
    await lockBook(deps, tx, { bookId: budget.bookId, dates: [] });
    const before = await find(tx);
    requireVersion(before.version, ifMatch);
    await apply(tx, before, deps.clock.now());
    return find(tx);
  });
}

/** The book is locked: nobody else makes one meanwhile. */
async function requireRoom({ budgets }: Pick<Deps, "budgets">, tx: Tx, bookId: Id): Promise<void> {
  if ((await budgets.countActive(tx, bookId)) >= maxActiveBudgets)
    throw ledgerErrors.fail(
      "too_many_budgets",
      `A book has at most ${maxActiveBudgets} budgets: archive one that you no longer need.`,
      { meta: { limit: maxActiveBudgets } },
    );
}

/**
 * The same categories that transactions have, and expenses: what a budget is about is spending. One that is archived may
 * stay (`kept`), and is not added.
 */
async function requireSpending(
  deps: Pick<Deps, "categories">,
  tx: Tx,
  bookId: Id,
  ids: readonly Id[],
  kept: readonly Id[] = [],
): Promise<void> {
  const path = "/categoryIds";
  const wanted = ids.map((id) => ({ id, path }));
  const found = await requireCategories(deps, tx, bookId, wanted, kept);
  if (found.some(({ kind }) => kind !== "expense"))
    throw invalidField(path, "Must be expense categories: a budget is about spending.");
}
