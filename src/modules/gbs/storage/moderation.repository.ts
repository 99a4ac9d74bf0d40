import { and, asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { type AbuseResolution, abuseReports, debts, inspections } from "./tables.ts";

export type { AbuseResolution } from "./tables.ts";
export type StoredAbuseReport = typeof abuseReports.$inferSelect;
export type NewAbuseReport = Pick<
  StoredAbuseReport,
  "id" | "debtId" | "reportedBy" | "reason" | "reportedAt"
>;
/** A report with what it is about, whether or not that has been hidden. */
export type ReportedOffer = {
  readonly report: StoredAbuseReport;
  readonly debt: Pick<
    typeof debts.$inferSelect,
    "lenderId" | "state" | "description" | "textHidden"
  >;
};
export type ReportPosition = { readonly reportedAt: Instant; readonly id: Id };

export type ModerationRepository = ReturnType<typeof createModerationRepository>;

const reported = {
  report: abuseReports,
  debt: {
    lenderId: debts.lenderId,
    state: debts.state,
    description: debts.description,
    textHidden: debts.textHidden,
  },
};

/** What is said of offers, and which administrator has looked at which debt. */
export function createModerationRepository() {
  return {
    /** False when the debt has an open one. */
    async addReport(tx: Tx, report: NewAbuseReport): Promise<boolean> {
      const rows = await tx
        .insert(abuseReports)
        .values(report)
        .onConflictDoNothing()
        .returning({ id: abuseReports.id });
      return rows.length > 0;
    },

    async hasOpenReport(reader: Reader, debtId: Id): Promise<boolean> {
      const rows = await reader
        .select({ id: abuseReports.id })
        .from(abuseReports)
        .where(and(eq(abuseReports.debtId, debtId), isNull(abuseReports.resolvedAt)))
        .limit(1);
      return rows.length > 0;
    },

    async findReport(reader: Reader, id: Id): Promise<ReportedOffer | undefined> {
      const [row] = await reader
        .select(reported)
        .from(abuseReports)
        .innerJoin(debts, eq(debts.id, abuseReports.debtId))
        .where(eq(abuseReports.id, id));
      return row;
    },

    /** The oldest first. */
    listReports(
      reader: Reader,
      query: {
        readonly state: "open" | "resolved" | undefined;
        readonly after: ReportPosition | undefined;
        readonly limit: number;
      },
    ): Promise<ReportedOffer[]> {
      const { state, after, limit } = query;
      const { resolvedAt, reportedAt, id } = abuseReports;
      return reader
        .select(reported)
        .from(abuseReports)
        .innerJoin(debts, eq(debts.id, abuseReports.debtId))
        .where(
          and(
            state && (state === "open" ? isNull(resolvedAt) : isNotNull(resolvedAt)),
            after &&
              sql`(${reportedAt}, ${id}) > (${after.reportedAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(asc(reportedAt), asc(id))
        .limit(limit);
    },

    /** False when it is resolved already. */
    async resolveReport(
      tx: Tx,
      id: Id,
      resolved: {
        readonly resolution: AbuseResolution;
        readonly resolutionReason: string;
        readonly resolvedBy: Id;
        readonly resolvedAt: Instant;
      },
    ): Promise<boolean> {
      const rows = await tx
        .update(abuseReports)
        .set(resolved)
        .where(and(eq(abuseReports.id, id), isNull(abuseReports.resolvedAt)))
        .returning({ id: abuseReports.id });
      return rows.length > 0;
    },

    async addInspection(tx: Tx, inspection: typeof inspections.$inferInsert): Promise<void> {
      await tx.insert(inspections).values(inspection);
    },
  };
}
