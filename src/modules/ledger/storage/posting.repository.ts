import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Posting } from "../domain/postings.ts";

export type PostingRepository = ReturnType<typeof createPostingRepository>;

/** The columns of a posting as JSON carries them. */
const postingColumns = sql`"transactionId" uuid, line smallint, "accountId" uuid, "categoryId" uuid,
  amount numeric, currency text, date date, note text`;

export function createPostingRepository() {
  return {
    /**
     * Takes the postings of some transactions away and puts others in their place; account_balances,
     * account_months and account_days follow. Two statements whatever the number: callers bring at most some ten
     * thousand postings at a time. The book must be locked and the transactions of `add` be stored.
     */
    async repost(
      tx: Tx,
      change: {
        readonly bookId: Id;
        readonly remove: readonly Id[];
        readonly add: readonly Posting[];
      },
    ): Promise<void> {
      const { bookId, remove, add } = change;
      if (remove.length > 0)
        await tx.execute(sql`
          with moved as (
            delete from ledger.postings
            where book_id = ${bookId} and transaction_id = any(
              select jsonb_array_elements_text(${JSON.stringify(remove)}::jsonb)::uuid)
            returning account_id, date, -amount as amount
          ), ${sumsOf(sql`${bookId}::uuid`)}
          select`);
      if (add.length > 0)
        await tx.execute(sql`
          with moved as (
            insert into ledger.postings
              (transaction_id, line, book_id, account_id, category_id, amount, currency, date, note)
            select "transactionId", line, ${bookId}, "accountId", "categoryId", amount, currency, date, note
            from jsonb_to_recordset(${JSON.stringify(add)}::jsonb) as p(${postingColumns})
            returning account_id, date, amount
          ), ${sumsOf(sql`${bookId}::uuid`)}
          select`);
    },
  };
}

/** Common table expressions that add `moved` (account_id, date, amount) to what is kept of each account. */
export function sumsOf(bookId: SQL): SQL {
  return sql`balances as (
    insert into ledger.account_balances as kept (account_id, book_id, balance)
    select account_id, ${bookId}, sum(amount) from moved where account_id is not null
    group by account_id order by account_id
    on conflict (account_id) do update set balance = kept.balance + excluded.balance
  ), months as (
    insert into ledger.account_months as kept (account_id, month, book_id, amount)
    select account_id, date_trunc('month', date)::date, ${bookId}, sum(amount) from moved
    where account_id is not null group by 1, 2 order by 1, 2
    on conflict (account_id, month) do update set amount = kept.amount + excluded.amount
  ), days as (
    insert into ledger.account_days as kept (account_id, date, book_id, amount)
    select account_id, date, ${bookId}, sum(amount) from moved
    where account_id is not null group by 1, 2 order by 1, 2
    on conflict (account_id, date) do update set amount = kept.amount + excluded.amount
  )`;
}
