import { desc, gte, inArray, sql } from "drizzle-orm";
import type { ReadPool, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { type RevocationKind, revocations, users } from "./tables.ts";

export type { RevocationKind };
export type Revocation = typeof revocations.$inferSelect;

/** LISTEN channel that wakes the nodes; the payload says nothing. */
export const revocationsChannel = "identity_revocations";

export type RevocationRepository = ReturnType<typeof createRevocationRepository>;

export function createRevocationRepository() {
  return {
    /** Delivered to all nodes on commit. */
    async add(tx: Tx, revoked: readonly Revocation[]): Promise<void> {
      if (revoked.length === 0) return;
      await tx.insert(revocations).values([...revoked]);
      await tx.execute(sql`select pg_notify(${revocationsChannel}, '')`);
    },

    /** The newest first. */
    since(
      read: ReadPool,
      from: Instant,
      limit: number,
    ): Promise<{ readonly id: Id; readonly subjectId: Id }[]> {
      return read
        .select({ id: revocations.id, subjectId: revocations.subjectId })
        .from(revocations)
        .where(gte(revocations.revokedAt, from))
        .orderBy(desc(revocations.revokedAt))
        .limit(limit);
    },

    /** Tokens that claim what was true until now are refused from now on. */
    async raiseClaimsVersions(tx: Tx, userIds: readonly Id[]): Promise<void> {
      const chosen = tx
        .select({ id: users.id })
        .from(users)
        .where(inArray(users.id, [...userIds]))
        .orderBy(users.id)
        .for("no key update");
      await tx
        .update(users)
        .set({ claimsVersion: sql`${users.claimsVersion} + 1` })
        .where(inArray(users.id, chosen));
    },

    /** Deletes at most `limit` rows from before `before`; gives how many. */
    async purge(tx: Tx, before: Instant, limit: number): Promise<number> {
      const rows = await tx.execute(sql`
        delete from ${revocations} where id = any(array(
          select id from ${revocations} where revoked_at < ${before}::timestamptz order by revoked_at limit ${limit}))
        returning id`);
      return rows.length;
    },
  };
}
