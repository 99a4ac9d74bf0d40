import type postgres from "postgres";
import { searchText } from "#modules/ledger/domain/search-text";
import type { Id } from "#platform/kernel/ids";

export type FilledBook = {
  readonly bookId: Id;
  readonly accountIds: readonly Id[];
  readonly categoryIds: readonly Id[];
};

/** The first and the last day of what is filled in. */
export const firstDay = "2017-01-01";
export const lastDay = "2026-08-31";
const payees = Array.from({ length: 2_000 }, (_, index) => `Shop ${index.toString(36)} Berlin`);

/** Somebody pays here in one of two thousand cases. */
export const rarePayee = "Shop a1 Berlin";

/**
 * Expenses over ten years, evenly, as the application would have recorded them: with postings, balances, sums of days and
 * months, and words to search for.
 */
export async function fillBook(
  sql: postgres.Sql,
  { bookId, accountIds, categoryIds }: FilledBook,
  rows: number,
  userId: Id,
): Promise<void> {
  const common = { bookId, note: null, tags: [], documentNumber: null };
  const words = payees.map((payee) => searchText({ ...common, payee }));
  await sql`create temporary table payees as
    select row_number() over () - 1 as n, payee, words::tsvector as words
    from unnest(${payees}::text[], ${words}::text[]) as p(payee, words)`;
  await sql`
    insert into ledger.transactions (id, book_id, kind, date, account_id, amount, currency, payee, tags, cleared,
      search_text, created_by, created_at, updated_at, version)
    select uuidv7(), ${bookId}, 'expense',
      ${firstDay}::date + (g.n * (${lastDay}::date - ${firstDay}::date) / ${rows})::int,
      (${accountIds}::uuid[])[1 + g.n % ${accountIds.length}], 1 + (g.n * 7919 % 20000) / 100.0, 'EUR',
      p.payee, '{}', g.n % 2 = 0, p.words, ${userId}, now(), now(), 1
    from generate_series(0, ${rows - 1}::bigint) g(n) join payees p on p.n = g.n * 31 % ${payees.length}
    order by g.n`;
  await sql`drop table payees`;
  await sql`
    insert into ledger.postings (transaction_id, line, book_id, account_id, category_id, amount, currency, date)
    select id, line, book_id, case line when 0 then account_id end,
      case line when 1 then (${categoryIds}::uuid[])[1 + abs(hashtext(id::text)) % ${categoryIds.length}] end,
      case line when 0 then -amount else amount end, currency, date
    from ledger.transactions, generate_series(0, 1) line where book_id = ${bookId} and kind = 'expense'`;
  await sql`
    insert into ledger.account_days (account_id, date, book_id, amount)
    select account_id, date, book_id, sum(amount) from ledger.postings
    where book_id = ${bookId} and account_id is not null group by 1, 2, 3
    on conflict (account_id, date) do update set amount = excluded.amount`;
  await sql`
    insert into ledger.account_months (account_id, month, book_id, amount)
    select account_id, date_trunc('month', date)::date, book_id, sum(amount) from ledger.account_days
    where book_id = ${bookId} group by 1, 2, 3
    on conflict (account_id, month) do update set amount = excluded.amount`;
  await sql`
    insert into ledger.account_balances (account_id, book_id, balance)
    select account_id, book_id, sum(amount) from ledger.account_months where book_id = ${bookId} group by 1, 2
    on conflict (account_id) do update set balance = excluded.balance`;
}
