import { type SQL, sql } from "drizzle-orm";
import { decimalFromPostgres } from "#platform/db/columns";
import type { Tx } from "#platform/db/database";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { LocalDate } from "#platform/kernel/time";
import type { Posting } from "../domain/postings.ts";

/** What an account got on a day. */
export type DaySum = {
  readonly accountId: Id;
  readonly date: LocalDate;
  readonly amount: DecimalString;
};

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
          with moved as (${inserted(bookId, add)}), ${sumsOf(sql`${bookId}::uuid`)}
          select`);
    },

    /**
     * Stores postings before the book is locked; `addSums` has to follow when it is. Gives what accounts got, by day.
     * At most some ten thousand at a time.
     */
    async insertUnsummed(
      tx: Tx,
      { bookId, add }: { readonly bookId: Id; readonly add: readonly Posting[] },
    ): Promise<DaySum[]> {
      const rows = await tx.execute<DaySum>(sql`
        with moved as (${inserted(bookId, add)})
        select account_id as "accountId", date::text as date, sum(amount)::text as amount from moved
        where account_id is not null group by account_id, moved.date`);
      return rows.map((row) => ({ ...row, amount: decimalFromPostgres(row.amount) }));
    },

    /** The book must be locked. */
    async addSums(tx: Tx, bookId: Id, sums: readonly DaySum[]): Promise<void> {
      if (sums.length > 0)
        await tx.execute(sql`
          with moved as (
            select "accountId" as account_id, date, amount
            from jsonb_to_recordset(${JSON.stringify(sums)}::jsonb) as s("accountId" uuid, date date, amount numeric)
          ), ${sumsOf(sql`${bookId}::uuid`)}
          select`);
    },
  };
}

const inserted = (bookId: Id, add: readonly Posting[]): SQL => sql`
  insert into ledger.postings
    (transaction_id, line, book_id, account_id, category_id, amount, currency, date, note)
  select "transactionId", line, ${bookId}, "accountId", "categoryId", amount, currency, date, note
  from jsonb_to_recordset(${JSON.stringify(add)}::jsonb) as p(${postingColumns})
  returning account_id, date, amount`;

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
