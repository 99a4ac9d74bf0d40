import { and, desc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import type { Reader, ReadPool, Tx } from "#platform/db/database";
import { preparedRead } from "#platform/db/prepared-read";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { Role, UserStatus } from "../contract.ts";
import type { SessionEnd } from "../domain/session.ts";
import { sessionSecrets, sessions, users } from "./tables.ts";

export type NewSession = Omit<typeof sessions.$inferInsert, "endedAt" | "endReason">;

/** A session with what its refresh tokens are made of. */
export type SessionFamily = {
  readonly sessionId: Id;
  readonly userId: Id;
  readonly device: string;
  readonly authenticatedAt: Instant;
  readonly idleExpiresAt: Instant;
  readonly absoluteExpiresAt: Instant;
  readonly endedAt: Instant | null;
  readonly familySecret: string;
  readonly generation: number;
  readonly rotatedAt: Instant;
};

/** What decides whether a token is still believed, and what its holder may do. */
export type TokenHolder = {
  readonly userId: Id;
  readonly endedAt: Instant | null;
  readonly idleExpiresAt: Instant;
  readonly status: UserStatus;
  readonly roles: Role[];
  readonly hasSecondFactor: boolean;
  readonly claimsVersion: number;
};

/** A session as its owner sees it. */
export type ListedSession = {
  readonly id: Id;
  readonly device: string;
  readonly client: string;
  readonly createdAt: Instant;
  readonly authenticatedAt: Instant;
  readonly usedAt: Instant;
  readonly idleExpiresAt: Instant;
};

/** Which sessions of a user: all, these, or all but one. */
export type SessionChoice = {
  readonly userId: Id;
  readonly only?: readonly Id[] | undefined;
  readonly exceptSessionId?: Id | undefined;
};

export type SessionRepository = ReturnType<typeof createSessionRepository>;

const family = {
  sessionId: sessions.id,
  userId: sessions.userId,
  device: sessions.device,
  authenticatedAt: sessions.authenticatedAt,
  idleExpiresAt: sessions.idleExpiresAt,
  absoluteExpiresAt: sessions.absoluteExpiresAt,
  endedAt: sessions.endedAt,
  familySecret: sessionSecrets.familySecret,
  generation: sessionSecrets.generation,
  rotatedAt: sessionSecrets.rotatedAt,
};

const findHolder = preparedRead<{ sessionId: Id }, TokenHolder[]>(
  "identity_token_holder",
  (read, name) =>
    read
      .select({
        userId: sessions.userId,
        endedAt: sessions.endedAt,
        idleExpiresAt: sessions.idleExpiresAt,
        status: users.status,
        roles: users.roles,
        hasSecondFactor: users.hasSecondFactor,
        claimsVersion: users.claimsVersion,
      })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(eq(sessions.id, sql.placeholder("sessionId")))
      .prepare(name),
);

export function createSessionRepository() {
  const live = (userId: Id, now: Instant) =>
    and(eq(sessions.userId, userId), isNull(sessions.endedAt), gt(sessions.idleExpiresAt, now));

  return {
    async insert(tx: Tx, session: NewSession, familySecret: string): Promise<void> {
      await tx.insert(sessions).values(session);
      await tx.insert(sessionSecrets).values({
        sessionId: session.id,
        familySecret,
        generation: 1,
        rotatedAt: session.createdAt,
      });
    },

    /** Whatever opens a session of this user waits for the others; foreign keys do not. */
    async lockUser(tx: Tx, userId: Id): Promise<void> {
      await tx
        .select({ id: users.id })
        .from(users)
        .where(eq(users.id, userId))
        .for("no key update");
    },

    /** Live sessions of a user beyond the `keep` that were used last; at most `limit`. */
    async surplus(
      tx: Tx,
      userId: Id,
      {
        keep,
        limit,
        now,
      }: { readonly keep: number; readonly limit: number; readonly now: Instant },
    ): Promise<Id[]> {
      const rows = await tx
        .select({ id: sessions.id })
        .from(sessions)
        .where(live(userId, now))
        .orderBy(desc(sessions.usedAt), desc(sessions.id))
        .offset(keep)
        .limit(limit);
      return rows.map((row) => row.id);
    },

    /** Ends what of the choice is live, locked in the order of the ids. Gives what was ended. */
    async end(
      tx: Tx,
      { userId, only, exceptSessionId }: SessionChoice,
      how: { readonly at: Instant; readonly reason: SessionEnd },
    ): Promise<Id[]> {
      const chosen = and(
        live(userId, how.at),
        only === undefined ? undefined : inArray(sessions.id, [...only]),
        exceptSessionId === undefined ? undefined : sql`${sessions.id} <> ${exceptSessionId}`,
      );
      const rows = await tx.execute<{ id: Id }>(sql`
        with chosen as (select id from ${sessions} where ${chosen} order by id for update)
        update ${sessions} set ended_at = ${how.at}::timestamptz, end_reason = ${how.reason}
        from chosen where ${sessions}.id = chosen.id returning ${sessions}.id`);
      return rows.map((row) => row.id);
    },

    async findFamily(reader: Reader, sessionId: Id): Promise<SessionFamily | undefined> {
      const [row] = await reader
        .select(family)
        .from(sessions)
        .innerJoin(sessionSecrets, eq(sessionSecrets.sessionId, sessions.id))
        .where(eq(sessions.id, sessionId));
      return row;
    },

    /** As findFamily; nobody else refreshes or ends the session until the transaction is over. */
    async lockFamily(tx: Tx, sessionId: Id): Promise<SessionFamily | undefined> {
      // The session first, for itself: a join that waits for a lock would read the secret as it was before.
      await tx
        .select({ id: sessions.id })
        .from(sessions)
        .where(eq(sessions.id, sessionId))
        .for("no key update");
      return this.findFamily(tx, sessionId);
    },

    /** Compare and set: false when the generation is not `from` any more. */
    async raiseGeneration(
      tx: Tx,
      raised: {
        readonly sessionId: Id;
        readonly from: number;
        readonly at: Instant;
        readonly idleExpiresAt: Instant;
      },
    ): Promise<boolean> {
      const { sessionId, from, at, idleExpiresAt } = raised;
      const rows = await tx
        .update(sessionSecrets)
        .set({ generation: from + 1, rotatedAt: at })
        .where(and(eq(sessionSecrets.sessionId, sessionId), eq(sessionSecrets.generation, from)))
        .returning({ sessionId: sessionSecrets.sessionId });
      if (rows.length === 0) return false;
      await tx
        .update(sessions)
        .set({ usedAt: at, idleExpiresAt })
        .where(eq(sessions.id, sessionId));
      return true;
    },

    async setAuthenticatedAt(tx: Tx, sessionId: Id, at: Instant): Promise<void> {
      await tx.update(sessions).set({ authenticatedAt: at }).where(eq(sessions.id, sessionId));
    },

    /** Whether the user ever had a session that is still remembered. */
    async hasAny(reader: Reader, userId: Id): Promise<boolean> {
      const rows = await reader
        .select({ id: sessions.id })
        .from(sessions)
        .where(eq(sessions.userId, userId))
        .limit(1);
      return rows.length > 0;
    },

    /** Live ones, the newest first; `before` is the last of the page before. */
    list(
      reader: Reader,
      userId: Id,
      page: {
        readonly now: Instant;
        readonly before?: { readonly at: Instant; readonly id: Id } | undefined;
        readonly limit: number;
      },
    ): Promise<ListedSession[]> {
      const { now, before, limit } = page;
      return reader
        .select({
          id: sessions.id,
          device: sessions.device,
          client: sessions.client,
          createdAt: sessions.createdAt,
          authenticatedAt: sessions.authenticatedAt,
          usedAt: sessions.usedAt,
          idleExpiresAt: sessions.idleExpiresAt,
        })
        .from(sessions)
        .where(
          and(
            live(userId, now),
            before &&
              sql`(${sessions.createdAt}, ${sessions.id}) < (${before.at}::timestamptz, ${before.id}::uuid)`,
          ),
        )
        .orderBy(desc(sessions.createdAt), desc(sessions.id))
        .limit(limit);
    },

    /** The one read behind a token that is not in memory. */
    async holder(read: ReadPool, sessionId: Id): Promise<TokenHolder | undefined> {
      const [row] = await findHolder(read, { sessionId });
      return row;
    },

    /** Whose they are, of those that are neither over nor a suspended user's. */
    liveHolders(
      reader: Reader,
      sessionIds: readonly Id[],
      now: Instant,
    ): Promise<(Pick<TokenHolder, "userId" | "roles" | "hasSecondFactor"> & { sessionId: Id })[]> {
      return reader
        .select({
          sessionId: sessions.id,
          userId: sessions.userId,
          roles: users.roles,
          hasSecondFactor: users.hasSecondFactor,
        })
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .where(
          and(
            inArray(sessions.id, [...sessionIds]),
            isNull(sessions.endedAt),
            gt(sessions.idleExpiresAt, now),
            eq(users.status, "active"),
          ),
        );
    },

    /** Deletes at most `limit` sessions that were over before `before`; gives how many. */
    async purge(tx: Tx, before: Instant, limit: number): Promise<number> {
      const rows = await tx.execute(sql`
        delete from ${sessions} where id = any(array(
          select id from ${sessions} where least(ended_at, idle_expires_at) < ${before}::timestamptz
          order by least(ended_at, idle_expires_at) limit ${limit}))
        returning id`);
      return rows.length;
    },
  };
}
