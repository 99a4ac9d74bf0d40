import { sql } from "drizzle-orm";
import { decimalFromPostgres } from "#platform/db/columns";
import type { Reader } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";

/** Which days of a budget are asked for. `key` is the caller's own: the same budget may be asked for twice. */
export type SpendingQuery = {
  readonly key: number;
  readonly budgetId: Id;
  /** What need not be converted: it comes as one sum for each period. */
  readonly currency: CurrencyCode;
  /** First days of consecutive periods, ascending. */
  readonly starts: readonly LocalDate[];
  /** Last day of the last of them. */
  readonly end: LocalDate;
};

export type BudgetSpendingRow = {
  readonly key: number;
  /** Index into `starts`. */
  readonly period: number;
  readonly spent: Money;
  /** Null = of the whole period, in the budget's own currency. */
  readonly day: LocalDate | null;
};

export type BudgetSpendingRepository = ReturnType<typeof createBudgetSpendingRepository>;

export function createBudgetSpendingRepository() {
  return {
    /**
     * What the categories of budgets, and all below them, got in each period: one statement whatever their number. A
     * category that counts for several reasons counts once. At most `limit` rows.
     */
    async spent(
      reader: Reader,
      { asked, limit }: { readonly asked: readonly SpendingQuery[]; readonly limit: number },
    ): Promise<BudgetSpendingRow[]> {
      if (asked.length === 0) return [];
      const rows = await reader.execute<{
        key: number;
        period: number;
        currency: CurrencyCode;
        day: LocalDate | null;
        amount: string;
      }>(sql`
        with recursive asked as materialized (
          select * from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
            as asked(key int, "budgetId" uuid, currency text, starts date[], "end" date)
        ), covered as (
          select asked.key, named.category_id
          from asked join ledger.budget_categories named on named.budget_id = asked."budgetId"
          union
          select covered.key, child.id
          from covered join ledger.categories child on child.parent_id = covered.category_id
        )
        select asked.key, width_bucket(spent.date, asked.starts) - 1 as period, spent.currency,
          case when spent.currency = asked.currency then null else spent.date::text end as day,
          sum(spent.amount)::text as amount
        from asked join covered using (key)
        -- Summed by category and day first: each category is found by its index, and a day's period but once.
        cross join lateral (
          select posting.date, posting.currency, sum(posting.amount) as amount
          from ledger.postings posting
          where posting.category_id = covered.category_id
            and posting.date between asked.starts[1] and asked."end"
          group by 1, 2
        ) spent
        group by 1, 2, 3, 4
        limit ${limit}`);
      return rows.map(({ key, period, currency, day, amount }) => ({
        ...{ key, period, day },
        spent: { amount: decimalFromPostgres(amount), currency },
      }));
    },
  };
}
