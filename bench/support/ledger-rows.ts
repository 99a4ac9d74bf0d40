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

/** Each is paid in one of two hundred cases: enough for a page of ten thousand. */
const payees = Array.from({ length: 200 }, (_, index) => `Shop ${index.toString(36)} Berlin`);
export const somePayee = "Shop 3f Berlin";
/** In the payee of nobody else. */
export const someWord = "3f";
export const everybodysWord = "berlin";

/**
 * Expenses over ten years, evenly, as the application would have recorded them: with postings, balances, sums of days and
 * months, and words to search for. Amounts lie evenly between 1.00 and 200.99.
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

const largeTables = ["ledger.transactions", "ledger.postings"];

/** Without the indexes and foreign keys of the large tables meanwhile: made anew at the end, they take half the time. */
export async function whileUnindexed(sql: postgres.Sql, work: () => Promise<void>): Promise<void> {
  const keys = await sql<{ table: string; name: string; definition: string }[]>`
    select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and conrelid = any(${largeTables}::regclass[])`;
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
    from pg_index where indrelid = any(${largeTables}::regclass[]) and not indisprimary`;
  for (const { table, name } of keys)
    await sql.unsafe(`alter table ${table} drop constraint ${name}`);
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`);
  await work();
  for (const { definition } of indexes) await sql.unsafe(definition);
  for (const { table, name, definition } of keys)
    await sql.unsafe(`alter table ${table} add constraint ${name} ${definition}`);
}
