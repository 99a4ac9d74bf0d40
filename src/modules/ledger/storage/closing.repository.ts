import { and, desc, eq, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { bookClosings } from "./tables.ts";

export type StoredClosing = typeof bookClosings.$inferSelect;

export type ClosingRepository = ReturnType<typeof createClosingRepository>;

export function createClosingRepository() {
  return {
    async add(tx: Tx, closing: StoredClosing): Promise<void> {
      await tx.insert(bookClosings).values(closing);
    },

    /** The newest first; `after` = when the last one seen was made, and its id. */
    list(
      reader: Reader,
      query: {
        readonly bookId: Id;
        readonly after: { readonly closedAt: Instant; readonly id: Id } | undefined;
        readonly limit: number;
      },
    ): Promise<StoredClosing[]> {
      const { after } = query;
      return reader
        .select()
        .from(bookClosings)
        .where(
          and(
            eq(bookClosings.bookId, query.bookId),
            after &&
              sql`(${bookClosings.closedAt}, ${bookClosings.id}) < (${after.closedAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(desc(bookClosings.closedAt), desc(bookClosings.id))
        .limit(query.limit);
    },
  };
}
