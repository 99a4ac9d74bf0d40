import { and, count, eq, isNotNull, isNull, lt } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { recoveryCodes, secondFactors, users } from "./tables.ts";

export type StoredSecondFactor = Pick<
  typeof secondFactors.$inferSelect,
  "sealedSecret" | "createdAt" | "confirmedAt" | "lastStep"
>;

export type SecondFactorRepository = ReturnType<typeof createSecondFactorRepository>;

/** Before the first code was used. */
const noStep = 0;

export function createSecondFactorRepository() {
  return {
    async find(reader: Reader, userId: Id): Promise<StoredSecondFactor | null> {
      const { sealedSecret, createdAt, confirmedAt, lastStep } = secondFactors;
      const [row] = await reader
        .select({ sealedSecret, createdAt, confirmedAt, lastStep })
        .from(secondFactors)
        .where(eq(secondFactors.userId, userId));
      return row ?? null;
    },

    /** Stores a secret that is not confirmed yet, in place of an earlier one; false = a confirmed one is there. */
    async putPending(
      tx: Tx,
      pending: { readonly userId: Id; readonly sealedSecret: string; readonly createdAt: Instant },
    ): Promise<boolean> {
      const { sealedSecret, createdAt } = pending;
      const rows = await tx
        .insert(secondFactors)
        .values({ ...pending, confirmedAt: null, lastStep: noStep })
        .onConflictDoUpdate({
          target: secondFactors.userId,
          set: { sealedSecret, createdAt, lastStep: noStep },
          setWhere: isNull(secondFactors.confirmedAt),
        })
        .returning({ userId: secondFactors.userId });
      return rows.length > 0;
    },

    /** False = meanwhile it was confirmed, replaced or removed. The code of `step` is used with it. */
    async confirm(
      tx: Tx,
      proved: {
        readonly userId: Id;
        readonly sealedSecret: string;
        readonly step: number;
        readonly at: Instant;
      },
    ): Promise<boolean> {
      const rows = await tx
        .update(secondFactors)
        .set({ confirmedAt: proved.at, lastStep: proved.step })
        .where(
          and(
            eq(secondFactors.userId, proved.userId),
            eq(secondFactors.sealedSecret, proved.sealedSecret),
            isNull(secondFactors.confirmedAt),
          ),
        )
        .returning({ userId: secondFactors.userId });
      return rows.length > 0;
    },

    /**
     * Uses the code of a time step; false = it, or one of a later step, was used before. `sealedSecret`: the one that
     * the code was checked against; `resealed` takes its place.
     */
    async useStep(
      tx: Tx,
      used: {
        readonly userId: Id;
        readonly step: number;
        readonly sealedSecret: string;
        readonly resealed: string | null;
      },
    ): Promise<boolean> {
      const rows = await tx
        .update(secondFactors)
        .set({ lastStep: used.step, sealedSecret: used.resealed ?? used.sealedSecret })
        .where(
          and(
            eq(secondFactors.userId, used.userId),
            eq(secondFactors.sealedSecret, used.sealedSecret),
            isNotNull(secondFactors.confirmedAt),
            lt(secondFactors.lastStep, used.step),
          ),
        )
        .returning({ userId: secondFactors.userId });
      return rows.length > 0;
    },

    /** With its recovery codes; false = there was no confirmed one. */
    async remove(tx: Tx, userId: Id): Promise<boolean> {
      const rows = await tx
        .delete(secondFactors)
        .where(and(eq(secondFactors.userId, userId), isNotNull(secondFactors.confirmedAt)))
        .returning({ userId: secondFactors.userId });
      if (rows.length === 0) return false;
      await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
      return true;
    },

    /** The only set from now on. */
    async replaceRecoveryCodes(tx: Tx, userId: Id, codeHashes: readonly string[]): Promise<void> {
      await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
      await tx.insert(recoveryCodes).values(codeHashes.map((codeHash) => ({ userId, codeHash })));
    },

    /** How many codes are left when this one was there and unused; null = it was not. */
    async useRecoveryCode(
      tx: Tx,
      used: { readonly userId: Id; readonly codeHash: string; readonly at: Instant },
    ): Promise<number | null> {
      const rows = await tx
        .update(recoveryCodes)
        .set({ usedAt: used.at })
        .where(
          and(
            eq(recoveryCodes.userId, used.userId),
            eq(recoveryCodes.codeHash, used.codeHash),
            isNull(recoveryCodes.usedAt),
          ),
        )
        .returning({ codeHash: recoveryCodes.codeHash });
      if (rows.length === 0) return null;
      const [left] = await tx
        .select({ codes: count() })
        .from(recoveryCodes)
        .where(and(eq(recoveryCodes.userId, used.userId), isNull(recoveryCodes.usedAt)));
      return left?.codes ?? 0;
    },

    /** Locks the user for the rest of the transaction: whatever changes a second factor comes one after the other. */
    async markUser(tx: Tx, userId: Id, hasSecondFactor: boolean, at: Instant): Promise<void> {
      await tx.update(users).set({ hasSecondFactor, updatedAt: at }).where(eq(users.id, userId));
    },
  };
}
