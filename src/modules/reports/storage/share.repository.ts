import { and, count, desc, eq, gt, inArray, isNull, max, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { StoredReport } from "./report.repository.ts";
import { reports, shareOpenings, shareSecrets, shares } from "./tables.ts";

export type StoredShare = typeof shares.$inferSelect;
export type StoredOpening = typeof shareOpenings.$inferSelect;

/** A link as whoever has its token finds it. */
export type OpenedShare = StoredShare & {
  readonly passwordHash: string | null;
  readonly clientSalt: Uint8Array;
};

/** How often a link was opened (its page and its files; no wrong passwords), and when last. */
export type OpeningSummary = {
  readonly openings: number;
  readonly lastOpenedAt: Instant | null;
  readonly hasPassword: boolean;
};

export type ShareRepository = ReturnType<typeof createShareRepository>;

export function createShareRepository() {
  return {
    /** Of anybody. */
    async find(reader: Reader, id: Id): Promise<StoredShare | undefined> {
      const [row] = await reader.select().from(shares).where(eq(shares.id, id));
      return row;
    },

    /** The one that works with this token at that time. */
    async findOpen(
      reader: Reader,
      tokenHash: Uint8Array,
      now: Instant,
    ): Promise<OpenedShare | undefined> {
      const [row] = await reader
        .select({
          share: shares,
          passwordHash: shareSecrets.passwordHash,
          clientSalt: shareSecrets.clientSalt,
        })
        .from(shareSecrets)
        .innerJoin(shares, eq(shares.id, shareSecrets.shareId))
        .where(
          and(
            eq(shareSecrets.tokenHash, tokenHash),
            isNull(shares.revokedAt),
            gt(shares.expiresAt, now),
          ),
        );
      return row && { ...row.share, passwordHash: row.passwordHash, clientSalt: row.clientSalt };
    },

    /** The report, which nobody else shares or deletes until this transaction ends. */
    async lockReport(tx: Tx, reportId: Id): Promise<StoredReport | undefined> {
      const [row] = await tx.select().from(reports).where(eq(reports.id, reportId)).for("update");
      return row;
    },

    /** Whether the link works at that time; until this transaction ends nobody revokes it. */
    async holdOpen(tx: Tx, id: Id, now: Instant): Promise<boolean> {
      const rows = await tx
        .select({ id: shares.id })
        .from(shares)
        .where(and(eq(shares.id, id), isNull(shares.revokedAt), gt(shares.expiresAt, now)))
        .for("share");
      return rows.length > 0;
    },

    /** The newest first. */
    list(
      reader: Reader,
      query: {
        readonly reportId: Id;
        readonly after: { readonly createdAt: Instant; readonly id: Id } | undefined;
        readonly limit: number;
      },
    ): Promise<StoredShare[]> {
      const { reportId, after, limit } = query;
      return reader
        .select()
        .from(shares)
        .where(
          and(
            eq(shares.reportId, reportId),
            after &&
              sql`(${shares.createdAt}, ${shares.id}) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(desc(shares.createdAt), desc(shares.id))
        .limit(limit);
    },

    /** How many of the report's links work at that time. */
    async countOpen(tx: Tx, reportId: Id, now: Instant): Promise<number> {
      const [row] = await tx
        .select({ all: count() })
        .from(shares)
        .where(
          and(eq(shares.reportId, reportId), isNull(shares.revokedAt), gt(shares.expiresAt, now)),
        );
      return row?.all ?? 0;
    },

    async add(
      tx: Tx,
      share: typeof shares.$inferInsert,
      secret: Omit<typeof shareSecrets.$inferInsert, "shareId">,
    ): Promise<void> {
      await tx.insert(shares).values(share);
      await tx.insert(shareSecrets).values({ ...secret, shareId: share.id });
    },

    /** False when it was revoked before. */
    async revoke(tx: Tx, id: Id, at: Instant): Promise<boolean> {
      const rows = await tx
        .update(shares)
        .set({ revokedAt: at, version: sql`${shares.version} + 1` })
        .where(and(eq(shares.id, id), isNull(shares.revokedAt)))
        .returning({ id: shares.id });
      return rows.length > 0;
    },

    async addOpening(tx: Tx, opening: typeof shareOpenings.$inferInsert): Promise<void> {
      await tx.insert(shareOpenings).values(opening);
    },

    /** The newest first. */
    openings(
      reader: Reader,
      query: {
        readonly shareId: Id;
        readonly after: { readonly openedAt: Instant; readonly id: Id } | undefined;
        readonly limit: number;
      },
    ): Promise<StoredOpening[]> {
      const { shareId, after, limit } = query;
      return reader
        .select()
        .from(shareOpenings)
        .where(
          and(
            eq(shareOpenings.shareId, shareId),
            after &&
              sql`(${shareOpenings.openedAt}, ${shareOpenings.id}) < (${after.openedAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(desc(shareOpenings.openedAt), desc(shareOpenings.id))
        .limit(limit);
    },

    /** Of at most a page of links. */
    async summaries(reader: Reader, ids: readonly Id[]): Promise<ReadonlyMap<Id, OpeningSummary>> {
      const rows = await reader
        .select({
          id: shareSecrets.shareId,
          hasPassword: sql<boolean>`${shareSecrets.passwordHash} is not null`,
          openings: count(shareOpenings.id),
          lastOpenedAt: max(shareOpenings.openedAt),
        })
        .from(shareSecrets)
        .leftJoin(
          shareOpenings,
          and(
            eq(shareOpenings.shareId, shareSecrets.shareId),
            sql`${shareOpenings.what} <> 'wrong_password'`,
          ),
        )
        .where(inArray(shareSecrets.shareId, [...ids]))
        .groupBy(shareSecrets.shareId);
      return new Map(rows.map(({ id, ...summary }) => [id, summary]));
    },
  };
}
