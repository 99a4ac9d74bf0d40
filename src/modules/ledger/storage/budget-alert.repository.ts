import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant, LocalDate } from "#platform/kernel/time";
import { bookMembers, bookStates, budgetAlerts, budgetChecks } from "./tables.ts";

export type BudgetAlert = {
  readonly budgetId: Id;
  readonly periodStart: LocalDate;
  readonly threshold: number;
};

/** A book as somebody was about to look at its budgets. */
export type DueBook = { readonly bookId: Id; readonly revision: number };

export type BudgetAlertRepository = ReturnType<typeof createBudgetAlertRepository>;

export function createBudgetAlertRepository() {
  return {
    /** From the book's first budget on it is looked at. */
    async startChecking(tx: Tx, bookId: Id, today: LocalDate): Promise<void> {
      await tx
        .insert(budgetChecks)
        .values({ bookId, revision: 0, checkedOn: today })
        .onConflictDoNothing();
    },

    /** Books with budgets that have changed since they were looked at, or not been looked at today; by id. */
    due(
      reader: Reader,
      query: {
        readonly today: LocalDate;
        readonly after: Id | undefined;
        readonly limit: number;
      },
    ): Promise<DueBook[]> {
      const { today, after, limit } = query;
      return reader
        .select({ bookId: budgetChecks.bookId, revision: bookStates.revision })
        .from(budgetChecks)
        .innerJoin(bookStates, eq(bookStates.bookId, budgetChecks.bookId))
        .where(
          and(
            sql`(${budgetChecks.revision} < ${bookStates.revision} or ${budgetChecks.checkedOn} < ${today})`,
            after && sql`${budgetChecks.bookId} > ${after}`,
          ),
        )
        .orderBy(asc(budgetChecks.bookId))
        .limit(limit);
    },

    /** That all up to this revision was looked at. What another node has seen since stays seen. */
    async checked(
      tx: Tx,
      book: DueBook & {
        readonly today: LocalDate;
      },
    ): Promise<void> {
      const { bookId, revision, today } = book;
      await tx
        .update(budgetChecks)
        .set({
          revision: sql`greatest(${budgetChecks.revision}, ${revision})`,
          checkedOn: sql`greatest(${budgetChecks.checkedOn}, ${today}::date)`,
        })
        .where(eq(budgetChecks.bookId, bookId));
    },

    /** Keeps what is to be told; gives those that are new. Of two that try at the same moment one waits, and finds none. */
    async add(tx: Tx, alerts: readonly BudgetAlert[], toldAt: Instant): Promise<BudgetAlert[]> {
      const rows = await tx.execute<BudgetAlert>(sql`
        insert into ${budgetAlerts} (budget_id, period_start, threshold, told_at)
        select "budgetId", "periodStart", threshold, ${toldAt}::timestamptz
        from jsonb_to_recordset(${JSON.stringify(alerts)}::jsonb)
          as a("budgetId" uuid, "periodStart" date, threshold int)
        order by 1, 2, 3
        on conflict do nothing
        returning budget_id as "budgetId", period_start::text as "periodStart", threshold`);
      return [...rows];
    },

    /** Who keeps the book: its owners and editors, in the order of their ids. */
    async keepersOf(reader: Reader, bookId: Id, limit: number): Promise<Id[]> {
      const rows = await reader
        .select({ userId: bookMembers.userId })
        .from(bookMembers)
        .where(and(eq(bookMembers.bookId, bookId), inArray(bookMembers.role, ["owner", "editor"])))
        .orderBy(asc(bookMembers.userId))
        .limit(limit);
      return rows.map(({ userId }) => userId);
    },
  };
}
