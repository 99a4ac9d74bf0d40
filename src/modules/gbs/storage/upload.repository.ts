import { and, asc, desc, eq, gt, inArray, isNull, lte, or, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { evidence, type UploadFault, uploadSegments, uploads } from "./evidence-tables.ts";

export type StoredUpload = typeof uploads.$inferSelect;
export type { UploadFault, UploadState } from "./evidence-tables.ts";
export type NewUpload = Pick<
  StoredUpload,
  | "id"
  | "debtId"
  | "sentenceId"
  | "userId"
  | "lengthBytes"
  | "payloadNonce"
  | "epochId"
  | "createdAt"
  | "expiresAt"
>;

/** Who may write to an upload: nobody else, until it has run out and somebody has taken a later one. */
export type Lease = { readonly uploadId: Id; readonly token: number };

/** Which bytes a segment has. */
export type SegmentClaim = { readonly segment: number; readonly plainMac: string };

export type UploadRepository = ReturnType<typeof createUploadRepository>;

/** Recordings on their way. */
export function createUploadRepository() {
  /** Still the writer's, and still to be written to. */
  const held = ({ uploadId, token }: Lease) =>
    and(eq(uploads.id, uploadId), eq(uploads.leaseToken, token), eq(uploads.state, "receiving"));

  return {
    /** One upload of a user begins at a time; held to the end of the transaction. */
    async lockUser(tx: Tx, userId: Id): Promise<void> {
      await tx.execute(
        sql`select pg_advisory_xact_lock(hashtextextended(${`gbs uploads ${userId}`}, 0))`,
      );
    },

    /** What a user has on its way, and how many bytes of his are kept or waited for. */
    async usage(
      reader: Reader,
      userId: Id,
    ): Promise<{ readonly open: readonly Id[]; readonly bytes: number }> {
      const [row] = await reader
        .select({
          open: sql<Id[]>`coalesce(
            array_agg(${uploads.id}::text order by ${uploads.id})
              filter (where ${uploads.state} <> 'submitted'), '{}')`,
          bytes: sql<string>`coalesce(sum(${uploads.lengthBytes}), 0)::float8`.mapWith(Number),
        })
        .from(uploads)
        .leftJoin(evidence, eq(evidence.id, uploads.id))
        .where(
          and(
            eq(uploads.userId, userId),
            // In the words of the partial index.
            sql`${uploads.state} in ('receiving', 'checking', 'submitted')`,
            isNull(evidence.destroyedAt),
          ),
        );
      return row ?? { open: [], bytes: 0 };
    },

    async add(tx: Tx, upload: NewUpload): Promise<void> {
      await tx
        .insert(uploads)
        .values({ ...upload, state: "receiving", offsetBytes: 0, leaseToken: 0 });
    },

    async find(reader: Reader, id: Id): Promise<StoredUpload | undefined> {
      const [row] = await reader.select().from(uploads).where(eq(uploads.id, id));
      return row;
    },

    /** As {@link find}; for the rest of the transaction nobody else changes it. */
    async lock(tx: Tx, id: Id): Promise<StoredUpload | undefined> {
      const [row] = await tx.select().from(uploads).where(eq(uploads.id, id)).for("update");
      return row;
    },

    /** The last one that began and is on its way, else the last one. */
    async last(reader: Reader, debtId: Id): Promise<StoredUpload | undefined> {
      const [row] = await reader
        .select()
        .from(uploads)
        .where(eq(uploads.debtId, debtId))
        .orderBy(
          desc(sql`${uploads.state} in ('receiving', 'checking')`),
          ...[desc(uploads.createdAt), desc(uploads.id)],
        )
        .limit(1);
      return row;
    },

    /** One that may still become evidence of a debt. */
    async onItsWay(reader: Reader, debtId: Id, now: Instant): Promise<Id | undefined> {
      const [row] = await reader
        .select({ id: uploads.id })
        .from(uploads)
        .where(
          and(
            eq(uploads.debtId, debtId),
            or(
              eq(uploads.state, "checking"),
              and(eq(uploads.state, "receiving"), gt(uploads.expiresAt, now)),
            ),
          ),
        )
        .limit(1);
      return row?.id;
    },

    /** Undefined when somebody else writes, or nothing is waited for at this offset any more. */
    async lease(
      tx: Tx,
      id: Id,
      { offset, now, until }: { offset: number; now: Instant; until: Instant },
    ): Promise<Lease | undefined> {
      const [row] = await tx
        .update(uploads)
        .set({ leaseToken: sql`${uploads.leaseToken} + 1`, leasedUntil: until })
        .where(
          and(
            ...[
              eq(uploads.id, id),
              eq(uploads.state, "receiving"),
              eq(uploads.offsetBytes, offset),
            ],
            or(isNull(uploads.leasedUntil), lte(uploads.leasedUntil, now)),
          ),
        )
        .returning({ uploadId: uploads.id, token: uploads.leaseToken });
      return row;
    },

    /** False when the lease is another's by now, or the upload has ended; until the transaction ends nobody takes it. */
    async renew(tx: Tx, lease: Lease, until: Instant): Promise<boolean> {
      const rows = await tx
        .update(uploads)
        .set({ leasedUntil: until })
        .where(held(lease))
        .returning({ id: uploads.id });
      return rows.length > 0;
    },

    async release(tx: Tx, { uploadId, token }: Lease): Promise<void> {
      await tx
        .update(uploads)
        .set({ leasedUntil: null })
        .where(and(eq(uploads.id, uploadId), eq(uploads.leaseToken, token)));
    },

    /** The MACs that stand for these segments, by number: these, unless there were others before. */
    async claimSegments(
      tx: Tx,
      uploadId: Id,
      claims: readonly SegmentClaim[],
    ): Promise<ReadonlyMap<number, string>> {
      const asked = new Map(claims.map(({ segment, plainMac }) => [segment, plainMac]));
      if (asked.size === 0) return asked;
      const added = await tx
        .insert(uploadSegments)
        .values(claims.map((claim) => ({ uploadId, ...claim })))
        .onConflictDoNothing()
        .returning({ segment: uploadSegments.segment });
      if (added.length === asked.size) return asked;
      const rows = await tx
        .select({ segment: uploadSegments.segment, plainMac: uploadSegments.plainMac })
        .from(uploadSegments)
        .where(
          and(
            eq(uploadSegments.uploadId, uploadId),
            inArray(uploadSegments.segment, [...asked.keys()]),
          ),
        );
      if (rows.length < asked.size) throw new Error("a segment that was claimed is gone");
      return new Map(rows.map(({ segment, plainMac }) => [segment, plainMac]));
    },

    /** What is durable from now on. False as {@link renew}. */
    async advance(
      tx: Tx,
      lease: Lease,
      to: {
        readonly from: number;
        readonly offset: number;
        readonly until: Instant;
        readonly isComplete: boolean;
      },
    ): Promise<boolean> {
      const { from, offset, until, isComplete } = to;
      const rows = await tx
        .update(uploads)
        .set({
          ...{ offsetBytes: offset, leasedUntil: until },
          ...(isComplete && { state: "checking" as const }),
        })
        .where(and(held(lease), eq(uploads.offsetBytes, from)))
        .returning({ id: uploads.id });
      return rows.length > 0;
    },

    async setSubmitted(tx: Tx, id: Id, at: Instant): Promise<void> {
      await tx.update(uploads).set({ state: "submitted", endedAt: at }).where(eq(uploads.id, id));
      await tx.delete(uploadSegments).where(eq(uploadSegments.uploadId, id));
    },

    /** False when it had ended already. */
    async discard(tx: Tx, id: Id, fault: UploadFault, at: Instant): Promise<boolean> {
      const rows = await tx
        .update(uploads)
        .set({ state: "discarded", fault, endedAt: at })
        .where(and(eq(uploads.id, id), inArray(uploads.state, ["receiving", "checking"])))
        .returning({ id: uploads.id });
      return rows.length > 0;
    },

    /** All that are on their way to a debt that takes none any more. */
    async discardOf(tx: Tx, debtId: Id, at: Instant): Promise<void> {
      await tx
        .update(uploads)
        .set({ state: "discarded", fault: "no_longer_wanted", endedAt: at })
        .where(and(eq(uploads.debtId, debtId), inArray(uploads.state, ["receiving", "checking"])));
    },

    /** Nobody has sent their last byte in time. How many were discarded for it. */
    async expire(tx: Tx, now: Instant, limit: number): Promise<number> {
      const due = tx
        .select({ id: uploads.id })
        .from(uploads)
        .where(and(sql`${uploads.state} = 'receiving'`, lte(uploads.expiresAt, now)))
        .orderBy(asc(uploads.id))
        .limit(limit)
        .for("update", { skipLocked: true });
      const rows = await tx
        .update(uploads)
        .set({ state: "discarded", fault: "expired", endedAt: now })
        .where(inArray(uploads.id, due))
        .returning({ id: uploads.id });
      return rows.length;
    },

    /** Discarded ones whose objects may still lie there; none to which somebody may still be writing. */
    toClear(
      reader: Reader,
      query: {
        readonly leaseOverBy: Instant;
        readonly after: Id | undefined;
        readonly limit: number;
      },
    ): Promise<Pick<StoredUpload, "id" | "debtId">[]> {
      const { leaseOverBy, after, limit } = query;
      return reader
        .select({ id: uploads.id, debtId: uploads.debtId })
        .from(uploads)
        .where(
          and(
            sql`${uploads.state} = 'discarded' and ${uploads.clearedAt} is null`,
            or(isNull(uploads.leasedUntil), lte(uploads.leasedUntil, leaseOverBy)),
            after && sql`${uploads.id} > ${after}::uuid`,
          ),
        )
        .orderBy(asc(uploads.id))
        .limit(limit);
    },

    /** Those of `ids` that are known, and of which something may be stored. */
    async uncleared(reader: Reader, ids: readonly Id[]): Promise<Id[]> {
      if (ids.length === 0) return [];
      const rows = await reader
        .select({ id: uploads.id })
        .from(uploads)
        .where(and(inArray(uploads.id, [...ids]), isNull(uploads.clearedAt)));
      return rows.map(({ id }) => id);
    },

    async setCleared(tx: Tx, id: Id, at: Instant): Promise<void> {
      await tx.update(uploads).set({ clearedAt: at }).where(eq(uploads.id, id));
      await tx.delete(uploadSegments).where(eq(uploadSegments.uploadId, id));
    },
  };
}
