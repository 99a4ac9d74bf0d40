import { sql } from "drizzle-orm";
import type { Reader } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { LocalDate } from "#platform/kernel/time";

export type JournalRepository = ReturnType<typeof createJournalRepository>;

/** Where a transaction stands in the order of its book. */
export type JournalKey = { readonly date: LocalDate; readonly id: Id };

/** A book in the order in which things happened. */
export function createJournalRepository() {
  return {
    /** Those that are not void, after `after`; at most `limit`. */
    async page(
      reader: Reader,
      query: {
        readonly bookId: Id;
        readonly from: LocalDate;
        readonly to: LocalDate;
        readonly after: JournalKey | undefined;
        readonly limit: number;
      },
    ): Promise<JournalKey[]> {
      const { bookId, from, to, after, limit } = query;
      const later = after ? sql`and (date, id) > (${after.date}::date, ${after.id}::uuid)` : sql``;
      const rows = await reader.execute<JournalKey>(sql`
        select date::text as date, id from ledger.transactions
        where book_id = ${bookId} and voided_at is null and date between ${from} and ${to} ${later}
        order by date, id limit ${limit}`);
      return rows.map(({ date, id }) => ({ date, id }));
    },
  };
}
