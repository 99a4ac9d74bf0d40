import { sql } from "drizzle-orm";
import type { Reader } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { TransactionSearch } from "../domain/transaction-filter.ts";
import { whereOf } from "./transaction-criteria.ts";

export type ExportRepository = ReturnType<typeof createExportRepository>;

/** Transactions that are in memory at a time. */
const pageSize = 1_000;

export function createExportRepository() {
  return {
    /**
     * The ids of all that match, by day and id, the oldest first, some at a time. By a cursor: the search runs once,
     * however many there are. `reader` is a transaction.
     */
    async *pages(reader: Reader, search: TransactionSearch): AsyncGenerator<readonly Id[]> {
      await reader.execute(sql`declare exported no scroll cursor for
        select t.id from ledger.transactions t where ${whereOf(search)} order by t.date, t.id`);
      for (;;) {
        const rows = await reader.execute<{ id: Id }>(
          sql`fetch ${sql.raw(String(pageSize))} from exported`,
        );
        if (rows.length > 0) yield rows.map(({ id }) => id);
        if (rows.length < pageSize) return;
      }
    },
  };
}
