import { and, asc, eq, gt, inArray, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Money } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { StoredReport } from "./report.repository.ts";
import { reports } from "./tables.ts";

/** What the ledger says of a report's coverage, and as of which revision of the book. */
export type SeenCoverage = { readonly bookRevision: number; readonly digest: string };

export type StandingRepository = ReturnType<typeof createStandingRepository>;

/** Whether reports are still what their books say. */
export function createStandingRepository() {
  return {
    /** Books that ready reports are of, in the order of their ids, after `after`. */
    async books(reader: Reader, after: Id | undefined, limit: number): Promise<readonly Id[]> {
      const rows = await reader
        .selectDistinct({ bookId: reports.bookId })
        .from(reports)
        .where(and(eq(reports.state, "ready"), after && gt(reports.bookId, after)))
        .orderBy(asc(reports.bookId))
        .limit(limit);
      return rows.map(({ bookId }) => bookId);
    },

    /** Ready ones that were last compared before their book's revision; by book and id. */
    outdated(
      reader: Reader,
      revisions: readonly { readonly bookId: Id; readonly revision: number }[],
      query: {
        readonly after: { readonly bookId: Id; readonly id: Id } | undefined;
        readonly limit: number;
      },
    ): Promise<StoredReport[]> {
      const { after, limit } = query;
      const asked = sql`jsonb_to_recordset(${JSON.stringify(revisions)}::jsonb)
        as r("bookId" uuid, revision bigint)`;
      return reader
        .select()
        .from(reports)
        .where(
          and(
            eq(reports.state, "ready"),
            inArray(
              reports.bookId,
              revisions.map(({ bookId }) => bookId),
            ),
            after &&
              sql`(${reports.bookId}, ${reports.id}) > (${after.bookId}::uuid, ${after.id}::uuid)`,
            sql`exists (select from ${asked}
              where r."bookId" = ${reports.bookId} and r.revision > ${reports.comparedRevision})`,
          ),
        )
        .orderBy(asc(reports.bookId), asc(reports.id))
        .limit(limit);
    },

    /**
     * What a comparison has shown, unless somebody has looked at a later revision. A report whose coverage is again what
     * it was stands again.
     */
    async compared(
      tx: Tx,
      id: Id,
      { bookRevision, digest }: SeenCoverage,
      at: Instant,
    ): Promise<StoredReport | undefined> {
      const stands = sql`${reports.coverage} = ${digest}`;
      const isCounted = sql`${reports.comparedCoverage} = ${digest} and not (${stands})`;
      const [row] = await tx
        .update(reports)
        .set({
          ...{ comparedRevision: bookRevision, comparedCoverage: digest },
          supersededAt: sql`case when ${stands} then null else coalesce(${reports.supersededAt}, ${at}::timestamptz) end`,
          changedTransactions: sql`case when ${isCounted} then ${reports.changedTransactions} end`,
          differences: sql`case when ${isCounted} then ${reports.differences} end`,
        })
        .where(
          and(
            eq(reports.id, id),
            inArray(reports.state, ["ready", "expired"]),
            lt(reports.comparedRevision, bookRevision),
          ),
        )
        .returning();
      return row;
    },

    /** Superseded ones whose changes are not counted yet, the oldest first. */
    uncounted(reader: Reader, limit: number): Promise<StoredReport[]> {
      return reader
        .select()
        .from(reports)
        .where(
          and(
            eq(reports.state, "ready"),
            isNull(reports.changedTransactions),
            isNotNull(reports.supersededAt),
          ),
        )
        .orderBy(asc(reports.supersededAt), asc(reports.id))
        .limit(limit);
    },

    /** Of this digest: no effect when the book says something else by now. */
    async counted(
      tx: Tx,
      { id, digest }: { readonly id: Id; readonly digest: string },
      changes: { readonly transactions: number; readonly differences: readonly Money[] },
    ): Promise<void> {
      await tx
        .update(reports)
        .set({
          changedTransactions: changes.transactions,
          differences: changes.differences,
        })
        .where(and(eq(reports.id, id), eq(reports.comparedCoverage, digest)));
    },
  };
}
