import { and, desc, eq, lt } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { lenderHeaders, lenderRecipients } from "./evidence-tables.ts";

export type StoredLenderHeader = typeof lenderHeaders.$inferSelect;
export type LenderRecipient = typeof lenderRecipients.$inferSelect;

export type LenderKeyRepository = ReturnType<typeof createLenderKeyRepository>;

/**
 * What the lender alone opens recordings with: headers, and a key that he brought himself. Never one of his secrets.
 * Written by whoever holds the lock of the debt's row.
 */
export function createLenderKeyRepository() {
  return {
    /** The one that counts; undefined before any key was shown, and once the recording is destroyed. */
    async last(reader: Reader, evidenceId: Id): Promise<StoredLenderHeader | undefined> {
      const [row] = await reader
        .select()
        .from(lenderHeaders)
        .where(eq(lenderHeaders.evidenceId, evidenceId))
        .orderBy(desc(lenderHeaders.generation))
        .limit(1);
      return row;
    },

    /** In the place of all before it: what they were shown with opens nothing any more. */
    async replace(tx: Tx, header: StoredLenderHeader): Promise<void> {
      const { evidenceId, generation } = header;
      await tx.insert(lenderHeaders).values(header);
      await tx
        .delete(lenderHeaders)
        .where(
          and(eq(lenderHeaders.evidenceId, evidenceId), lt(lenderHeaders.generation, generation)),
        );
    },

    async destroy(tx: Tx, evidenceId: Id): Promise<void> {
      await tx.delete(lenderHeaders).where(eq(lenderHeaders.evidenceId, evidenceId));
    },

    /** Proven or not. */
    async recipient(reader: Reader, debtId: Id): Promise<LenderRecipient | undefined> {
      const [row] = await reader
        .select()
        .from(lenderRecipients)
        .where(eq(lenderRecipients.debtId, debtId));
      return row;
    },

    /** In the place of one that was asked before, proven or not. */
    async askRecipient(tx: Tx, asked: Omit<LenderRecipient, "provenAt">): Promise<void> {
      const row = { ...asked, provenAt: null };
      await tx
        .insert(lenderRecipients)
        .values(row)
        .onConflictDoUpdate({ target: lenderRecipients.debtId, set: row });
    },

    async setProven(tx: Tx, debtId: Id, at: Instant): Promise<void> {
      await tx
        .update(lenderRecipients)
        .set({ provenAt: at })
        .where(eq(lenderRecipients.debtId, debtId));
    },
  };
}
