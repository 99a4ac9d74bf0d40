import { and, asc, eq, inArray, isNotNull, lt, lte, or, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type { ReportState } from "../contract.ts";
import { reportFiles, reports, requestCounts } from "./tables.ts";

export type RetentionRepository = ReturnType<typeof createRetentionRepository>;

/** What is forgotten, and what the object store still holds of it. */
export function createRetentionRepository() {
  return {
    /** All that stands in the object store for these reports. */
    async keysOf(reader: Reader, reportIds: readonly Id[]): Promise<readonly string[]> {
      const ids = [...reportIds];
      const [files, own] = [
        await reader
          .select({ key: reportFiles.storageKey })
          .from(reportFiles)
          .where(and(inArray(reportFiles.reportId, ids), isNotNull(reportFiles.storageKey))),
        await reader
          .select({ model: reports.modelKey, coverage: reports.coverageKey })
          .from(reports)
          .where(inArray(reports.id, ids)),
      ];
      return [
        ...files.map(({ key }) => key),
        ...own.flatMap(({ model, coverage }) => [model, coverage]),
      ].filter((key) => key !== null);
    },

    /** The states of those that are there. */
    async statesOf(reader: Reader, ids: readonly Id[]): Promise<ReadonlyMap<Id, ReportState>> {
      const rows = await reader
        .select({ id: reports.id, state: reports.state })
        .from(reports)
        .where(inArray(reports.id, [...ids]));
      return new Map(rows.map(({ id, state }) => [id, state]));
    },

    /** Ready ones whose time is over; the longest first. */
    async due(reader: Reader, now: Instant, limit: number): Promise<readonly Id[]> {
      const rows = await reader
        .select({ id: reports.id })
        .from(reports)
        .where(and(eq(reports.state, "ready"), lte(reports.expiresAt, now)))
        .orderBy(asc(reports.expiresAt))
        .limit(limit);
      return rows.map(({ id }) => id);
    },

    /** Rows of files go with it; those that are no longer ready stay as they are. */
    async expire(tx: Tx, ids: readonly Id[], at: Instant): Promise<void> {
      const rows = await tx
        .update(reports)
        .set({
          ...{ state: "expired", modelKey: null, coverageKey: null, updatedAt: at },
          version: sql`${reports.version} + 1`,
        })
        .where(and(inArray(reports.id, [...ids]), eq(reports.state, "ready")))
        .returning({ id: reports.id });
      if (rows.length === 0) return;
      await tx.delete(reportFiles).where(
        inArray(
          reportFiles.reportId,
          rows.map(({ id }) => id),
        ),
      );
    },

    /** Expired ones that finished before `expiredBefore`, others without files before `failedBefore`. */
    async forget(
      tx: Tx,
      before: { readonly expired: Instant; readonly failed: Instant; readonly limit: number },
    ): Promise<number> {
      const old = tx
        .select({ id: reports.id })
        .from(reports)
        .where(
          or(
            and(eq(reports.state, "expired"), lte(reports.finishedAt, before.expired)),
            and(
              inArray(reports.state, ["failed", "cancelled"]),
              lte(reports.finishedAt, before.failed),
            ),
          ),
        )
        .orderBy(asc(reports.finishedAt))
        .limit(before.limit);
      const rows = await tx
        .delete(reports)
        .where(inArray(reports.id, old))
        .returning({ id: reports.id });
      return rows.length;
    },

    async forgetCounts(tx: Tx, before: LocalDate, limit: number): Promise<number> {
      const old = tx
        .select({ place: sql`ctid` })
        .from(requestCounts)
        .where(lt(requestCounts.day, before))
        .limit(limit);
      const rows = await tx
        .delete(requestCounts)
        .where(sql`ctid in ${old}`)
        .returning({ day: requestCounts.day });
      return rows.length;
    },
  };
}
