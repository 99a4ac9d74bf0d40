import { type SQL, sql } from "drizzle-orm";
import type { Reader } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { LocalDate } from "#platform/kernel/time";

export type JournalRepository = ReturnType<typeof createJournalRepository>;

/** Where a transaction stands in the order of its book. */
export type JournalKey = { readonly date: LocalDate; readonly id: Id };

/** A book in the order in which things happened. */
export function createJournalRepository() {
  return {
    /** Those that are not void and touch one of the accounts (null = any), after `after`; at most `limit`. */
    async page(
      reader: Reader,
      query: {
        readonly bookId: Id;
        readonly from: LocalDate;
        readonly to: LocalDate;
        readonly accountIds: readonly Id[] | null;
        readonly after: JournalKey | undefined;
        readonly limit: number;
      },
    ): Promise<JournalKey[]> {
      const { bookId, from, to, accountIds, after, limit } = query;
      const later = after
        ? sql`and (t.date, t.id) > (${after.date}::date, ${after.id}::uuid)`
        : sql``;
      const rows = await reader.execute<JournalKey>(
        accountIds === null
          ? // By the column, not by the text of that name: its index has this order.
            sql`
            select t.date::text as date, t.id from ledger.transactions t
            where t.book_id = ${bookId} and t.voided_at is null and t.date between ${from} and ${to} ${later}
            order by t.date, t.id limit ${limit}`
          : // Account by account, each from where the page begins: void ones have no postings.
            sql`
            select distinct posted.date::text as date, posted.id
            from jsonb_array_elements_text(${JSON.stringify(accountIds)}::jsonb) as chosen(id)
            cross join lateral (
              select p.date, p.transaction_id as id from ledger.postings p
              where p.account_id = chosen.id::uuid and p.book_id = ${bookId}
                and p.date between ${from} and ${to} ${laterPosting(after)}
              order by p.date, p.transaction_id limit ${limit}
            ) posted(date, id)
            order by 1, 2 limit ${limit}`,
      );
      return rows.map(({ date, id }) => ({ date, id }));
    },
  };
}

const laterPosting = (after: JournalKey | undefined): SQL =>
  after ? sql`and (p.date, p.transaction_id) > (${after.date}::date, ${after.id}::uuid)` : sql``;
