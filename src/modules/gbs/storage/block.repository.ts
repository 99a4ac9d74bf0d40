import { and, asc, desc, eq, inArray, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { blocks, debts } from "./tables.ts";

export type StoredBlock = typeof blocks.$inferSelect;
export type BlockPosition = { readonly blockedAt: Instant; readonly id: Id };

export type BlockRepository = ReturnType<typeof createBlockRepository>;

/** Who wants no offers of whom. Offers look at it when they are brought to somebody: see offer.repository.ts. */
export function createBlockRepository() {
  return {
    /** False when it is there already. */
    async add(tx: Tx, block: StoredBlock): Promise<boolean> {
      const rows = await tx
        .insert(blocks)
        .values(block)
        .onConflictDoNothing()
        .returning({ id: blocks.id });
      return rows.length > 0;
    },

    /** Hides what of a lender waits for the answer of a borrower. Their versions stay: the lender sees nothing of it. */
    async suppressOffers(
      tx: Tx,
      { lenderId, borrowerId }: { readonly lenderId: Id; readonly borrowerId: Id },
    ): Promise<void> {
      const waiting = await tx
        .select({ id: debts.id })
        .from(debts)
        .where(
          and(
            eq(debts.borrowerId, borrowerId),
            eq(debts.lenderId, lenderId),
            eq(debts.state, "offered"),
          ),
        )
        .orderBy(asc(debts.id))
        .for("update");
      if (waiting.length === 0) return;
      const ids = waiting.map(({ id }) => id);
      await tx.update(debts).set({ suppressed: true }).where(inArray(debts.id, ids));
    },

    /** The newest first. */
    list(
      reader: Reader,
      query: {
        readonly blockerId: Id;
        readonly after: BlockPosition | undefined;
        readonly limit: number;
      },
    ): Promise<StoredBlock[]> {
      const { blockerId, after, limit } = query;
      return reader
        .select()
        .from(blocks)
        .where(
          and(
            eq(blocks.blockerId, blockerId),
            after &&
              sql`(${blocks.blockedAt}, ${blocks.id}) < (${after.blockedAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(desc(blocks.blockedAt), desc(blocks.id))
        .limit(limit);
    },

    /** False when the user has no such block. */
    async remove(
      tx: Tx,
      { id, blockerId }: { readonly id: Id; readonly blockerId: Id },
    ): Promise<boolean> {
      const rows = await tx
        .delete(blocks)
        .where(and(eq(blocks.id, id), eq(blocks.blockerId, blockerId)))
        .returning({ id: blocks.id });
      return rows.length > 0;
    },
  };
}
