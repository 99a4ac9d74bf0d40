import { and, asc, desc, eq, inArray, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { ReportState, ReportType } from "../contract.ts";
import { reportFiles, reports } from "./tables.ts";

export type StoredReport = typeof reports.$inferSelect;
export type StoredFile = typeof reportFiles.$inferSelect;

/** Where a list goes on: when the last one seen was created, and its id. */
export type ReportPosition = { readonly createdAt: Instant; readonly id: Id };

export type ReportRepository = ReturnType<typeof createReportRepository>;

/** Reports as their owner sees them, and their files. What becomes of a queued one is in the turn repository. */
export function createReportRepository() {
  return {
    /** Of anybody. */
    async find(reader: Reader, id: Id): Promise<StoredReport | undefined> {
      const [row] = await reader.select().from(reports).where(eq(reports.id, id));
      return row;
    },

    /** The newest first. */
    list(
      reader: Reader,
      query: {
        readonly createdBy: Id;
        readonly bookIds: readonly Id[];
        readonly type: ReportType | undefined;
        readonly state: ReportState | undefined;
        readonly scheduleId: Id | undefined;
        readonly after: ReportPosition | undefined;
        readonly limit: number;
      },
    ): Promise<StoredReport[]> {
      const { createdBy, bookIds, type, state, scheduleId, after, limit } = query;
      return reader
        .select()
        .from(reports)
        .where(
          and(
            eq(reports.createdBy, createdBy),
            inArray(reports.bookId, [...bookIds]),
            type && eq(reports.type, type),
            state && eq(reports.state, state),
            scheduleId && eq(reports.scheduleId, scheduleId),
            after &&
              sql`(${reports.createdAt}, ${reports.id}) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(desc(reports.createdAt), desc(reports.id))
        .limit(limit);
    },

    /** False when its schedule has made one for that day already. */
    async add(tx: Tx, added: typeof reports.$inferInsert): Promise<boolean> {
      const rows = await tx
        .insert(reports)
        .values(added)
        .onConflictDoNothing({
          target: [reports.scheduleId, reports.scheduledFor],
          where: sql`schedule_id is not null`,
        })
        .returning({ id: reports.id });
      return rows.length > 0;
    },

    /** Undefined when it is no longer as it was seen. */
    async change(
      tx: Tx,
      seen: { readonly id: Id; readonly version: number },
      changes: Partial<typeof reports.$inferInsert>,
      at: Instant,
    ): Promise<StoredReport | undefined> {
      const [row] = await tx
        .update(reports)
        .set({ ...changes, version: sql`${reports.version} + 1`, updatedAt: at })
        .where(isStill(seen))
        .returning();
      return row;
    },

    /** With its files and shares. False when it is no longer as it was seen. */
    async remove(tx: Tx, seen: { readonly id: Id; readonly version: number }): Promise<boolean> {
      const rows = await tx.delete(reports).where(isStill(seen)).returning({ id: reports.id });
      return rows.length > 0;
    },

    /** Of at most a page of reports; in the order of their formats' names. */
    filesOf(reader: Reader, reportIds: readonly Id[]): Promise<StoredFile[]> {
      return reader
        .select()
        .from(reportFiles)
        .where(inArray(reportFiles.reportId, [...reportIds]))
        .orderBy(asc(reportFiles.reportId), asc(reportFiles.format));
    },

    async addFiles(tx: Tx, files: readonly StoredFile[]): Promise<void> {
      await tx.insert(reportFiles).values([...files]);
    },

    async removeFiles(tx: Tx, reportIds: readonly Id[]): Promise<void> {
      await tx.delete(reportFiles).where(inArray(reportFiles.reportId, [...reportIds]));
    },
  };
}

const isStill = ({ id, version }: { readonly id: Id; readonly version: number }) =>
  and(eq(reports.id, id), eq(reports.version, version));
