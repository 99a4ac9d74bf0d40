import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { ByteRange } from "../domain/viewed-ranges.ts";
import {
  evidence,
  playbackKeys,
  playbackRanges,
  playbacks,
  reviews,
  uploads,
} from "./evidence-tables.ts";

export type NewPlayback = Omit<typeof playbacks.$inferInsert, "endedAt" | "recordedAt"> & {
  readonly tokenSha256: string;
  readonly sealedFileKey: string;
};

/** A playback that goes on, with what its recording is read by. */
export type LivePlayback = {
  readonly playbackId: Id;
  readonly evidenceId: Id;
  readonly debtId: Id;
  readonly userId: Id;
  readonly sessionId: Id | null;
  /** Of an operator; null = of the lender. */
  readonly reviewId: Id | null;
  readonly tokenSha256: string;
  readonly sealedFileKey: string;
  readonly payloadNonce: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  readonly sha256: string;
};

/** A playback that is over, with what was watched. */
export type EndedPlayback = {
  readonly id: Id;
  readonly userId: Id;
  readonly reviewId: Id | null;
  /** In order, none of them touching another. */
  readonly ranges: readonly ByteRange[];
};

/** Whose views are to be recorded, or whose session is to be asked for. */
export type OpenPlayback = {
  readonly id: Id;
  readonly evidenceId: Id;
  readonly debtId: Id;
  readonly sessionId: Id | null;
};

export type PlaybackRepository = ReturnType<typeof createPlaybackRepository>;

/** Who may watch what, until when, and what was watched. */
export function createPlaybackRepository() {
  return {
    /** By whoever holds the lock of the debt's row. */
    async add(tx: Tx, { tokenSha256, sealedFileKey, ...playback }: NewPlayback): Promise<void> {
      await tx.insert(playbacks).values(playback);
      await tx.insert(playbackKeys).values({ playbackId: playback.id, tokenSha256, sealedFileKey });
    },

    async findLive(reader: Reader, id: Id, now: Instant): Promise<LivePlayback | undefined> {
      const [row] = await reader
        .select({
          playbackId: playbacks.id,
          evidenceId: playbacks.evidenceId,
          debtId: evidence.debtId,
          userId: playbacks.userId,
          sessionId: playbacks.sessionId,
          reviewId: playbacks.reviewId,
          tokenSha256: playbackKeys.tokenSha256,
          sealedFileKey: playbackKeys.sealedFileKey,
          payloadNonce: uploads.payloadNonce,
          sizeBytes: evidence.sizeBytes,
          mediaType: evidence.mediaType,
          sha256: evidence.sha256,
        })
        .from(playbacks)
        .innerJoin(playbackKeys, eq(playbackKeys.playbackId, playbacks.id))
        .innerJoin(evidence, eq(evidence.id, playbacks.evidenceId))
        .innerJoin(uploads, eq(uploads.id, evidence.id))
        .leftJoin(reviews, eq(reviews.id, playbacks.reviewId))
        .where(and(eq(playbacks.id, id), isLive(now)));
      return row;
    },

    /**
     * Common table expressions for `writeOne` that record a range which is about to be sent; `result` has a row only if
     * the playback goes on. Whoever ends the playback waits for it, or is waited for: nothing is shown that the end does
     * not see.
     */
    show(
      shown: ByteRange & { readonly id: Id; readonly playbackId: Id; readonly at: Instant },
    ): SQL {
      const { id, playbackId, first, last, at } = shown;
      return sql`live as (
        select ${playbacks.id} as id from ${playbacks}
          join ${playbackKeys} on ${playbackKeys.playbackId} = ${playbacks.id}
          join ${evidence} on ${evidence.id} = ${playbacks.evidenceId}
          left join ${reviews} on ${reviews.id} = ${playbacks.reviewId}
        where ${playbacks.id} = ${playbackId}::uuid and ${isLive(at)}
        for share of ${sql.identifier("playbacks")}
      ), result as (
        insert into ${playbackRanges} (id, playback_id, first_byte, last_byte, at)
        select ${id}::uuid, live.id, ${first}::bigint, ${last}::bigint, ${at}::timestamptz from live
        returning id
      )`;
    },

    /**
     * Ends playbacks of a recording (all, or these) and forgets their keys. By whoever holds the lock of the debt's row.
     */
    async end(
      tx: Tx,
      { evidenceId, only }: { readonly evidenceId: Id; readonly only?: readonly Id[] },
      at: Instant,
    ): Promise<void> {
      const chosen = and(
        eq(playbacks.evidenceId, evidenceId),
        only && inArray(playbacks.id, [...only]),
      );
      await tx
        .update(playbacks)
        .set({ endedAt: at })
        .where(and(chosen, isNull(playbacks.endedAt)));
      await tx.delete(playbackKeys).where(
        inArray(
          playbackKeys.playbackId,
          tx
            .select({ id: playbacks.id })
            .from(playbacks)
            .where(and(chosen, isNull(playbacks.recordedAt), isNotNull(playbacks.endedAt))),
        ),
      );
    },

    /** Ended ones whose views nobody has recorded: the caller does. By whoever holds the lock of the debt's row. */
    async takeEnded(tx: Tx, evidenceId: Id, at: Instant): Promise<EndedPlayback[]> {
      const ended = await tx
        .update(playbacks)
        .set({ recordedAt: at })
        .where(
          and(
            eq(playbacks.evidenceId, evidenceId),
            isNotNull(playbacks.endedAt),
            isNull(playbacks.recordedAt),
          ),
        )
        .returning({
          id: playbacks.id,
          userId: playbacks.userId,
          reviewId: playbacks.reviewId,
        });
      const watched = await mergedRanges(
        tx,
        ended.map(({ id }) => id),
      );
      return ended
        .toSorted((one, other) => (one.id < other.id ? -1 : 1))
        .map((playback) => ({ ...playback, ranges: watched.get(playback.id) ?? [] }));
    },

    /** Of one user and recording, that go on. */
    async ownOpen(tx: Tx, evidenceId: Id, userId: Id): Promise<Id[]> {
      const rows = await tx
        .select({ id: playbacks.id })
        .from(playbacks)
        .where(
          and(
            eq(playbacks.evidenceId, evidenceId),
            eq(playbacks.userId, userId),
            isNull(playbacks.recordedAt),
          ),
        );
      return rows.map(({ id }) => id);
    },

    /** Whether anything of a recording was shown in this review. */
    async hasShown(reader: Reader, reviewId: Id): Promise<boolean> {
      const rows = await reader
        .select({ id: playbackRanges.id })
        .from(playbackRanges)
        .innerJoin(playbacks, eq(playbacks.id, playbackRanges.playbackId))
        .where(eq(playbacks.reviewId, reviewId))
        .limit(1);
      return rows.length > 0;
    },

    /** Over by time or otherwise, and not recorded; by id. */
    over(reader: Reader, now: Instant, page: Batch): Promise<OpenPlayback[]> {
      return unrecorded(
        reader,
        page,
        or(isNotNull(playbacks.endedAt), lte(playbacks.expiresAt, now)),
      );
    },

    /** Those that go on; by id. */
    running(reader: Reader, now: Instant, page: Batch): Promise<OpenPlayback[]> {
      return unrecorded(reader, page, and(isNull(playbacks.endedAt), gt(playbacks.expiresAt, now)));
    },
  };
}

type Batch = { readonly after: Id | undefined; readonly limit: number };

/** What a playback lives by: its time, its key, and why its user may watch. */
const isLive = (now: Instant): SQL => sql`
  ${playbacks.endedAt} is null and ${playbacks.expiresAt} > ${now}::timestamptz
  and ${evidence.destroyingAt} is null and ${evidence.destroyedAt} is null
  and case when ${playbacks.reviewId} is null then ${evidence.state} = 'approved'
    else ${evidence.state} = 'submitted' and ${reviews.endedAt} is null
      and ${reviews.claimEndsAt} > ${now}::timestamptz end`;

function unrecorded(
  reader: Reader,
  { after, limit }: Batch,
  which: SQL | undefined,
): Promise<OpenPlayback[]> {
  return reader
    .select({
      id: playbacks.id,
      evidenceId: playbacks.evidenceId,
      debtId: evidence.debtId,
      sessionId: playbacks.sessionId,
    })
    .from(playbacks)
    .innerJoin(evidence, eq(evidence.id, playbacks.evidenceId))
    .where(and(isNull(playbacks.recordedAt), which, after && gt(playbacks.id, after)))
    .orderBy(asc(playbacks.id))
    .limit(limit);
}

/** What overlaps or touches is one range. */
async function mergedRanges(tx: Tx, ids: readonly Id[]): Promise<Map<Id, ByteRange[]>> {
  const merged = new Map<Id, ByteRange[]>();
  if (ids.length === 0) return merged;
  const rows = await tx.execute<{ playbackId: Id; first: string; last: string }>(sql`
    select playback_id as "playbackId", lower(part)::text as first, (upper(part) - 1)::text as last
    from (
      select playback_id, unnest(range_agg(int8range(first_byte, last_byte, '[]'))) as part
      from ${playbackRanges} where ${inArray(playbackRanges.playbackId, [...ids])}
      group by playback_id
    ) parts order by playback_id, lower(part)`);
  for (const { playbackId, first, last } of rows) {
    const range = { first: Number(first), last: Number(last) };
    merged.set(playbackId, [...(merged.get(playbackId) ?? []), range]);
  }
  return merged;
}
