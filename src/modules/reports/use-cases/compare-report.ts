import type { RequestContext } from "#platform/kernel/context";
import type { ReportsDeps, StoredReport } from "../deps.ts";
import { coverageScopeOf } from "../domain/coverage-scope.ts";
import { isCompared } from "./report-view.ts";

export type CompareDeps = Pick<ReportsDeps, "db" | "clock" | "ledger" | "reports" | "standing">;

/**
 * The report as it stands at this revision of its book or a later one; what has changed is counted by a job. A report
 * whose changes were all undone stands again: its figures are once more those of the book.
 */
export async function comparedReport(
  deps: CompareDeps,
  ctx: RequestContext,
  report: StoredReport,
  bookRevision: number,
): Promise<StoredReport> {
  const isMade = report.state === "ready" || report.state === "expired";
  if (!isMade || isCompared(report, bookRevision)) return report;
  const { createdBy: userId, bookId, scope } = report;
  const seen = await deps.ledger.coverageOf(ctx, { userId, bookId, ...coverageScopeOf(scope) });
  const compared = await deps.db.transact(ctx, (tx) =>
    deps.standing.compared(tx, report.id, seen, deps.clock.now()),
  );
  // Somebody else has looked at a later revision.
  return compared ?? (await deps.reports.find(deps.db.read, report.id)) ?? report;
}
