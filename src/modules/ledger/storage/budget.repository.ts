import { and, asc, count, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { Budget, BudgetPlan } from "../domain/budget.ts";
import { budgetCategories, budgets } from "./tables.ts";

/** A budget beside who made it. */
export type NewBudget = Budget & { readonly createdBy: Id };

export type BudgetRepository = ReturnType<typeof createBudgetRepository>;

export function createBudgetRepository() {
  return {
    /** Of any book. */
    async find(reader: Reader, id: Id): Promise<Budget | undefined> {
      const [row] = await selectBudgets(reader).where(eq(budgets.id, id));
      return row && toBudget(row);
    },

    /** The oldest first; `after` = when the last one seen was created, and its id. */
    async list(
      reader: Reader,
      query: {
        readonly bookId: Id;
        /** Undefined = both. */
        readonly archived?: boolean | undefined;
        readonly after?: { readonly createdAt: Instant; readonly id: Id } | undefined;
        readonly limit: number;
      },
    ): Promise<Budget[]> {
      const { bookId, archived, after, limit } = query;
      const rows = await selectBudgets(reader)
        .where(
          and(
            eq(budgets.bookId, bookId),
            archived === undefined ? undefined : isArchived(archived),
            after &&
              sql`(${budgets.createdAt}, ${budgets.id}) > (${after.createdAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(asc(budgets.createdAt), asc(budgets.id))
        .limit(limit);
      return rows.map(toBudget);
    },

    async countActive(tx: Tx, bookId: Id): Promise<number> {
      const [row] = await tx
        .select({ active: count() })
        .from(budgets)
        .where(and(eq(budgets.bookId, bookId), isArchived(false)));
      return row?.active ?? 0;
    },

    /** The book is locked by the caller. */
    async add(tx: Tx, { categoryIds, ...budget }: NewBudget): Promise<void> {
      await tx.insert(budgets).values({ ...budget, ...columnsOf(budget) });
      await addCategories(tx, budget.id, categoryIds);
    },

    /** The book is locked by the caller. */
    async change(
      tx: Tx,
      { id, plan, at }: { readonly id: Id; readonly plan: BudgetPlan; readonly at: Instant },
    ): Promise<void> {
      const { categoryIds, ...changed } = plan;
      await tx
        .update(budgets)
        .set({ ...columnsOf(changed), ...touched(at) })
        .where(eq(budgets.id, id));
      await tx.delete(budgetCategories).where(eq(budgetCategories.budgetId, id));
      await addCategories(tx, id, categoryIds);
    },

    /** Null = in use again. The book is locked by the caller. */
    async setArchived(
      tx: Tx,
      change: { readonly id: Id; readonly archivedAt: Instant | null; readonly at: Instant },
    ): Promise<void> {
      const { id, archivedAt, at } = change;
      await tx
        .update(budgets)
        .set({ archivedAt, ...touched(at) })
        .where(eq(budgets.id, id));
    },
  };
}

/** With its categories in the order of their ids. */
const selectBudgets = (reader: Reader) =>
  reader
    .select({
      budget: budgets,
      categoryIds: sql<Id[]>`array(
        select ${budgetCategories.categoryId}::text from ${budgetCategories}
        where ${budgetCategories.budgetId} = ${budgets.id} order by 1)`,
    })
    .from(budgets)
    .$dynamic();

function toBudget(row: { budget: typeof budgets.$inferSelect; categoryIds: Id[] }): Budget {
  const { amount, currency, createdBy: _, ...budget } = row.budget;
  return { ...budget, amount: { amount, currency }, categoryIds: row.categoryIds };
}

function columnsOf({ name, period, amount, startsOn, endsOn, rollover, thresholds }: Plan) {
  return {
    ...{ name, period, startsOn, endsOn, rollover, thresholds: [...thresholds] },
    ...{ amount: amount.amount, currency: amount.currency },
  };
}
type Plan = Omit<BudgetPlan, "categoryIds">;

async function addCategories(tx: Tx, budgetId: Id, categoryIds: readonly Id[]): Promise<void> {
  await tx
    .insert(budgetCategories)
    .values(categoryIds.map((categoryId) => ({ budgetId, categoryId })));
}

const isArchived = (archived: boolean): SQL =>
  archived ? isNotNull(budgets.archivedAt) : isNull(budgets.archivedAt);

const touched = (at: Instant) => ({ updatedAt: at, version: sql`${budgets.version} + 1` });
