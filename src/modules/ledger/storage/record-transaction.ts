import { type SQL, sql } from "drizzle-orm";
import type { Id } from "#platform/kernel/ids";
import type { Posting } from "../domain/postings.ts";
import { sumsOf } from "./posting.repository.ts";
import { type StoredTransaction, storedNames, storedRows, storedValues } from "./stored-rows.ts";

/**
 * Common table expressions for `writeOne` that record one transaction within one currency, or nothing at all; `result`
 * is the transaction with its splits. No row: the user may not write, the day is closed, an account or category is not
 * of that book or archived, an account has another currency, or the external id was recorded before.
 *
 * A posting with neither account nor category goes to the book's uncategorised category of that kind.
 */
export function recordTransaction(
  userId: Id,
  transaction: StoredTransaction,
  postings: readonly Posting<Id | null>[],
): SQL {
  const { bookId, date, kind, amount } = transaction;
  const lines = postings.map(({ line, accountId, categoryId, amount: part, note }) => ({
    ...{ line, accountId, categoryId, amount: part, note },
  }));
  // The lock comes first, and rows that are locked are seen as they are by then, not as they were when we began to wait.
  return sql`locked as (
      select s.book_id from ledger.book_states s
      where s.book_id = ${bookId} and (s.closed_through is null or s.closed_through < ${date}::date)
        and exists (select from ledger.book_members m
          where m.book_id = s.book_id and m.user_id = ${userId} and m.role in ('owner', 'editor'))
      for no key update
    ), lines as materialized (
      select l.line, l."accountId" as account_id, l.amount, l.note,
        case when l."accountId" is null then coalesce(l."categoryId", u.id) end as category_id
      from locked cross join jsonb_to_recordset(${JSON.stringify(lines)}::jsonb)
        as l(line smallint, "accountId" uuid, "categoryId" uuid, amount numeric, note text)
      left join ledger.categories u on l."accountId" is null and l."categoryId" is null
        and u.book_id = locked.book_id and u.kind = ${kind} and u.is_uncategorised
    ), used_accounts as (
      select a.id from locked join ledger.accounts a on a.book_id = locked.book_id
      where a.id in (select account_id from lines) and a.system is null and a.archived_at is null
        and a.currency = ${amount.currency}
      for share of a
    ), used_categories as (
      select c.id from locked join ledger.categories c on c.book_id = locked.book_id
      where c.id in (select category_id from lines) and c.archived_at is null
      for share of c
    ), ok as (
      select from locked
      where (select count(*) from used_accounts) = (select count(distinct account_id) from lines)
        and (select count(*) from used_categories) = (select count(distinct category_id) from lines)
        and not exists (select from lines where account_id is null and category_id is null)
    ), made as (
      insert into ledger.transactions (${storedNames})
      select ${storedValues} from ok cross join ${storedRows([transaction])}
      on conflict (account_id, external_id) where external_id is not null and voided_at is null do nothing
      returning id, book_id, date, currency
    ), revised as (
      update ledger.book_states s set revision = s.revision + 1 from made where s.book_id = made.book_id
    ), moved as (
      insert into ledger.postings
        (transaction_id, line, book_id, account_id, category_id, amount, currency, date, note)
      select made.id, l.line, made.book_id, l.account_id, l.category_id, l.amount, made.currency, made.date, l.note
      from made cross join lines l
      returning account_id, date, amount
    ), ${sumsOf(sql`${bookId}::uuid`)}, result as (
      select ${columnsOf(transaction)}, (
        select coalesce(jsonb_agg(jsonb_build_object(
          'categoryId', category_id, 'note', note,
          'amount', jsonb_build_object('amount', abs(amount)::text, 'currency', ${amount.currency}::text)
          ) order by line), '[]')
        from lines where category_id is not null) as splits
      from made cross join (select ${JSON.stringify(transaction)}::jsonb as given) as known
    )`;
}

/** What is known beforehand, as it was given. */
const columnsOf = (transaction: StoredTransaction): SQL =>
  sql.join(
    Object.keys(transaction).map(
      (name) => sql`known.given->${sql.raw(`'${name}'`)} as ${sql.identifier(name)}`,
    ),
    sql`, `,
  );
