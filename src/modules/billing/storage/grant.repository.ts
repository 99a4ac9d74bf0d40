import { and, count, desc, eq, gt, isNull, max, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { RunningGrant } from "../domain/effective-plan.ts";
import type { Grant, GrantablePlan } from "../domain/grant.ts";
import { grants } from "./tables.ts";

/** LISTEN channel that tells the nodes whose grants have changed; the payload is the user's id. */
export const grantsChannel = "billing_grants";

export type GrantRepository = ReturnType<typeof createGrantRepository>;

export function createGrantRepository() {
  return {
    /** At most one row for each user and plan: the grant of it that lasts longest. */
    async running(
      reader: Reader,
      userIds: readonly Id[],
      at: Instant,
    ): Promise<(RunningGrant & { readonly userId: Id })[]> {
      if (userIds.length === 0) return [];
      const rows = await reader
        .select({ userId: grants.userId, plan: grants.plan, expiresAt: max(grants.expiresAt) })
        .from(grants)
        .where(
          and(
            sql`${grants.userId} = any(select jsonb_array_elements_text(${JSON.stringify(userIds)}::jsonb)::uuid)`,
            isNull(grants.revokedAt),
            gt(grants.expiresAt, at),
          ),
        )
        .groupBy(grants.userId, grants.plan);
      return rows.flatMap(({ userId, plan, expiresAt }) =>
        expiresAt === null ? [] : [{ userId, plan, expiresAt }],
      );
    },

    /** The newest first; `after` = when the last one seen was granted, and its id. */
    list(
      reader: Reader,
      query: {
        readonly userId: Id;
        readonly after: { readonly grantedAt: Instant; readonly id: Id } | undefined;
        readonly limit: number;
      },
    ): Promise<Grant[]> {
      const { after } = query;
      return reader
        .select()
        .from(grants)
        .where(
          and(
            eq(grants.userId, query.userId),
            after &&
              sql`(${grants.grantedAt}, ${grants.id}) < (${after.grantedAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(desc(grants.grantedAt), desc(grants.id))
        .limit(query.limit);
    },

    /** One writer at a time for the grants of a user; held to the end of the transaction. */
    async lockUser(tx: Tx, userId: Id): Promise<void> {
      await tx.execute(
        sql`select pg_advisory_xact_lock(hashtextextended(${`billing.grants ${userId}`}, 0))`,
      );
    },

    async countActive(tx: Tx, userId: Id, at: Instant): Promise<number> {
      const [row] = await tx.select({ active: count() }).from(grants).where(active(userId, at));
      return row?.active ?? 0;
    },

    async add(tx: Tx, grant: Grant): Promise<void> {
      await tx.insert(grants).values(grant);
    },

    /** Ends all active grants of the user and gives their plans. */
    async revokeActive(
      tx: Tx,
      userId: Id,
      revocation: { readonly at: Instant; readonly by: string; readonly reason: string },
    ): Promise<GrantablePlan[]> {
      const { at, by, reason } = revocation;
      const rows = await tx
        .update(grants)
        .set({ revokedAt: at, revokedBy: by, revokedReason: reason })
        .where(active(userId, at))
        .returning({ plan: grants.plan });
      return rows.map(({ plan }) => plan);
    },

    /** Tells every node; delivered on commit. */
    async announce(tx: Tx, userId: Id): Promise<void> {
      await tx.execute(sql`select pg_notify(${grantsChannel}, ${userId})`);
    },
  };
}

const active = (userId: Id, at: Instant) =>
  and(eq(grants.userId, userId), isNull(grants.revokedAt), gt(grants.expiresAt, at));
