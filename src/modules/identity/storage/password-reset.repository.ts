import { and, eq, gt, inArray, isNull, lt } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { passwordResets, users } from "./tables.ts";

export type NewPasswordReset = Omit<typeof passwordResets.$inferInsert, "usedAt">;

export type PasswordResetRepository = ReturnType<typeof createPasswordResetRepository>;

export function createPasswordResetRepository() {
  const usable = (tokenHash: string, now: Instant) =>
    and(
      eq(passwordResets.tokenHash, tokenHash),
      isNull(passwordResets.usedAt),
      gt(passwordResets.expiresAt, now),
    );
  return {
    /** The user's only link from now on. False = this one is there already: whoever asked is running again. */
    async replace(tx: Tx, reset: NewPasswordReset): Promise<boolean> {
      // Two at a time would each see none of the other, and both links would work.
      await tx
        .select({ id: users.id })
        .from(users)
        .where(eq(users.id, reset.userId))
        .for("no key update");
      const [known] = await tx
        .select({ id: passwordResets.id })
        .from(passwordResets)
        .where(eq(passwordResets.id, reset.id));
      if (known) return false;
      await tx.delete(passwordResets).where(eq(passwordResets.userId, reset.userId));
      await tx.insert(passwordResets).values(reset);
      return true;
    },

    /** Whose link it is; null = used, expired, ended by a newer one, or never sent. */
    async findUsable(reader: Reader, tokenHash: string, now: Instant): Promise<Id | null> {
      const [row] = await reader
        .select({ userId: passwordResets.userId })
        .from(passwordResets)
        .where(usable(tokenHash, now));
      return row?.userId ?? null;
    },

    /** Spends the link; false = it was not usable any more. */
    async spend(tx: Tx, tokenHash: string, now: Instant): Promise<boolean> {
      const rows = await tx
        .update(passwordResets)
        .set({ usedAt: now })
        .where(usable(tokenHash, now))
        .returning({ id: passwordResets.id });
      return rows.length > 0;
    },

    /** Ends the links that are still on their way to a user. */
    async endOf(tx: Tx, userId: Id): Promise<void> {
      await tx
        .delete(passwordResets)
        .where(and(eq(passwordResets.userId, userId), isNull(passwordResets.usedAt)));
    },

    /** Deletes at most `limit` links that expired before `before`; gives how many. */
    async purge(tx: Tx, before: Instant, limit: number): Promise<number> {
      const old = tx
        .select({ id: passwordResets.id })
        .from(passwordResets)
        .where(lt(passwordResets.expiresAt, before))
        .limit(limit);
      const rows = await tx
        .delete(passwordResets)
        .where(inArray(passwordResets.id, old))
        .returning({ id: passwordResets.id });
      return rows.length;
    },
  };
}
