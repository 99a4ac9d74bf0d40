import { sql } from "drizzle-orm";
import type { Reader } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type {
  TransactionFilter,
  TransactionKey,
  TransactionSearch,
} from "../domain/transaction-filter.ts";
import { categoryMatchesOf, matchesOf } from "./transaction-matches.ts";

export type CurrencyTotal = {
  readonly currency: CurrencyCode;
  readonly income: string;
  readonly expense: string;
  readonly net: string;
};

export type RecentName = { readonly name: string; readonly lastUsedOn: LocalDate };

export type TransactionSearchRepository = ReturnType<typeof createTransactionSearchRepository>;

export function createTransactionSearchRepository() {
  return {
    /** Whether what a filter names is in the book, and which categories it means. */
    async resolve(
      reader: Reader,
      bookId: Id,
      filter: TransactionFilter,
    ): Promise<{
      readonly hasAccount: boolean;
      readonly hasImport: boolean;
      readonly categoryIds: readonly Id[] | null;
    }> {
      const { accountId, importId, categoryId, uncategorised } = filter;
      const asksCategories = categoryId !== undefined || uncategorised === true;
      if (accountId === undefined && importId === undefined && !asksCategories)
        return { hasAccount: true, hasImport: true, categoryIds: null };
      const [found] = await reader.execute<{
        hasAccount: boolean;
        hasImport: boolean;
        categoryIds: Id[];
      }>(sql`
        with recursive meant as (
          select id from ledger.categories
          where book_id = ${bookId} and (id = ${categoryId ?? null}::uuid
            or (${uncategorised === true}::boolean and is_uncategorised))
          union
          select c.id from meant join ledger.categories c on c.parent_id = meant.id
        )
        select (select coalesce(jsonb_agg(id), '[]') from meant) as "categoryIds",
          exists (select from ledger.accounts
            where id = ${accountId ?? null}::uuid and book_id = ${bookId} and system is null) as "hasAccount",
          exists (select from ledger.imports
            where id = ${importId ?? null}::uuid and book_id = ${bookId}) as "hasImport"`);
      return {
        hasAccount: accountId === undefined || found?.hasAccount === true,
        hasImport: importId === undefined || found?.hasImport === true,
        categoryIds: asksCategories ? (found?.categoryIds ?? []) : null,
      };
    },

    /** The newest first, after `before`; at most `limit`. */
    async page(
      reader: Reader,
      search: TransactionSearch,
      { before, limit }: { readonly before?: TransactionKey | undefined; readonly limit: number },
    ): Promise<TransactionKey[]> {
      const rows = await reader.execute<TransactionKey>(matchesOf(search, { before, limit }));
      return rows.map(({ date, id }) => ({ date, id }));
    },

    /**
     * How many match, up to `limit` + 1, and the sums of the newest `limit` of them: of a split transaction only the
     * parts in the categories that the filter names, when it names some. Transfers and opening balances count and are neither
     * income nor expense.
     */
    async totals(
      reader: Reader,
      search: TransactionSearch,
      limit: number,
    ): Promise<{ readonly matched: number; readonly totals: readonly CurrencyTotal[] }> {
      const query = { limit: limit + 1 };
      const matches =
        search.categoryIds === null
          ? matchesOf(search, { ...query, columns: wholeAmounts })
          : categoryMatchesOf(search, query);
      const rows = await reader.execute<SummedMatches>(sql`
        select currency, matched, income::text as income, expense::text as expense, (income - expense)::text as net
        from (
          select currency, count(*)::int as matched, sum(income) filter (where place <= ${limit}) as income,
            sum(expense) filter (where place <= ${limit}) as expense
          from (select *, row_number() over (order by date desc, id desc) as place from (${matches}) matched) placed
          group by currency
        ) summed order by currency`);
      return {
        matched: rows.reduce((sum, { matched }) => sum + matched, 0),
        totals: rows.flatMap(({ currency, income, expense, net }) =>
          income === null || expense === null || net === null
            ? []
            : [{ currency, income, expense, net }],
        ),
      };
    },

    /** Payees or tags of the newest `among` that match, with the day they were last used; the latest first. */
    async recentNames(
      reader: Reader,
      search: TransactionSearch,
      { of, among }: { readonly of: "payee" | "tags"; readonly among: number },
    ): Promise<RecentName[]> {
      const names = { payee: sql`array[t.payee]`, tags: sql`t.tags` }[of];
      const rows = await reader.execute<RecentName>(sql`
        select name, max(date)::text as "lastUsedOn"
        from (${matchesOf(search, { limit: among, columns: { names } })}) matched
        cross join lateral unnest(names) name
        where name is not null
        group by name order by max(date) desc, name`);
      return rows.map(({ name, lastUsedOn }) => ({ name, lastUsedOn }));
    },
  };
}

/** Null sums: nothing of it is an income or an expense. */
type SummedMatches = {
  readonly currency: CurrencyCode;
  readonly matched: number;
  readonly income: string | null;
  readonly expense: string | null;
  readonly net: string | null;
};

const wholeAmounts = {
  currency: sql`t.currency`,
  income: sql`case t.kind when 'income' then t.amount when 'expense' then 0 end`,
  expense: sql`case t.kind when 'expense' then t.amount when 'income' then 0 end`,
};
