import { and, asc, count, eq, inArray, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type { StoredReport } from "./report.repository.ts";
import { reports, requestCounts } from "./tables.ts";

const openStates = ["queued", "running"] as const;

/** A run that makes a report: somebody else has taken it over when the report has another one. */
export type ReportRun = { readonly id: Id; readonly attempt: Id };

export type ReportTurnRepository = ReturnType<typeof createReportTurnRepository>;

/** Whose report is made when, by which run. */
export function createReportTurnRepository() {
  return {
    /** One at a time changes what waits and runs for a user; held to the end of the transaction. */
    async lockUser(tx: Tx, userId: Id): Promise<void> {
      await tx.execute(
        sql`select pg_advisory_xact_lock(hashtextextended(${`reports ${userId}`}, 0))`,
      );
    },

    async countKept(tx: Tx, userId: Id): Promise<number> {
      const [row] = await tx
        .select({ kept: count() })
        .from(reports)
        .where(
          and(eq(reports.createdBy, userId), inArray(reports.state, [...openStates, "ready"])),
        );
      return row?.kept ?? 0;
    },

    /** One more was asked for on this day; gives how many that makes. */
    async countRequest(tx: Tx, userId: Id, day: LocalDate): Promise<number> {
      const [row] = await tx
        .insert(requestCounts)
        .values({ userId, day, requested: 1 })
        .onConflictDoUpdate({
          target: [requestCounts.userId, requestCounts.day],
          set: { requested: sql`${requestCounts.requested} + 1` },
        })
        .returning({ requested: requestCounts.requested });
      return row?.requested ?? 0;
    },

    async countSent(tx: Tx, userId: Id): Promise<number> {
      const [row] = await tx
        .select({ sent: count() })
        .from(reports)
        .where(
          and(
            eq(reports.createdBy, userId),
            inArray(reports.state, [...openStates]),
            isNotNull(reports.sentAt),
          ),
        );
      return row?.sent ?? 0;
    },

    /** Marks the oldest that wait as sent, at most `limit`. */
    async sendOldest(tx: Tx, userId: Id, limit: number, at: Instant): Promise<readonly Id[]> {
      const waiting = tx
        .select({ id: reports.id })
        .from(reports)
        .where(
          and(eq(reports.createdBy, userId), eq(reports.state, "queued"), isNull(reports.sentAt)),
        )
        .orderBy(asc(reports.createdAt), asc(reports.id))
        .limit(limit);
      const rows = await tx
        .update(reports)
        .set({ sentAt: at, updatedAt: at })
        .where(inArray(reports.id, waiting))
        .returning({ id: reports.id });
      return rows.map(({ id }) => id);
    },

    /** Undefined when it is over, or gone. */
    async claim(
      tx: Tx,
      { id, attempt }: ReportRun,
      at: Instant,
    ): Promise<StoredReport | undefined> {
      const [row] = await tx
        .update(reports)
        .set({
          ...{ state: "running", progress: 0, attempt, updatedAt: at },
          tries: sql`${reports.tries} + 1`,
        })
        .where(and(eq(reports.id, id), inArray(reports.state, [...openStates])))
        .returning();
      return row;
    },

    /** Whether the run is still the one that makes the report. */
    async isGoing(reader: Reader, run: ReportRun): Promise<boolean> {
      const rows = await reader.select({ id: reports.id }).from(reports).where(isOf(run));
      return rows.length > 0;
    },

    /** False when the run no longer makes the report. */
    async note(tx: Tx, run: ReportRun, progress: number, at: Instant): Promise<boolean> {
      const rows = await tx
        .update(reports)
        .set({ progress, updatedAt: at })
        .where(isOf(run))
        .returning({ id: reports.id });
      return rows.length > 0;
    },

    /** What becomes of the report; undefined when the run no longer makes it. */
    async finish(
      tx: Tx,
      run: ReportRun,
      changes: Partial<typeof reports.$inferInsert>,
      at: Instant,
    ): Promise<StoredReport | undefined> {
      const [row] = await tx
        .update(reports)
        .set({
          ...{ ...changes, attempt: null, finishedAt: at, updatedAt: at },
          version: sql`${reports.version} + 1`,
        })
        .where(isOf(run))
        .returning();
      return row;
    },

    /** Sent, and not heard of since; the longest silent first. */
    silentSince(
      reader: Reader,
      { before, limit }: { readonly before: Instant; readonly limit: number },
    ): Promise<StoredReport[]> {
      return reader
        .select()
        .from(reports)
        .where(
          and(
            inArray(reports.state, [...openStates]),
            isNotNull(reports.sentAt),
            lt(reports.updatedAt, before),
          ),
        )
        .orderBy(asc(reports.updatedAt))
        .limit(limit);
    },
  };
}

const isOf = ({ id, attempt }: ReportRun) =>
  and(eq(reports.id, id), eq(reports.attempt, attempt), eq(reports.state, "running"));
