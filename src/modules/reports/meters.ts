import type { Database } from "#platform/db/database";
import { countCommitted } from "#platform/observability/committed-counts";
import type { Metrics } from "#platform/observability/metrics";
import type { ReportTurnRepository } from "./storage/report-turn.repository.ts";

/** What the module writes through, counting the reports that ended, ready or failed. */
export function meterReports(
  metrics: Metrics,
  plain: { readonly db: Database; readonly turns: ReportTurnRepository },
): { readonly db: Database; readonly turns: ReportTurnRepository } {
  const ended = metrics.counter({
    name: "fintrack_reports_total",
    help: "Reports by how they ended.",
    labels: ["outcome"],
  });
  const { db, afterCommit } = countCommitted(plain.db);
  return {
    db,
    turns: {
      ...plain.turns,
      async finish(tx, run, changes, at) {
        const report = await plain.turns.finish(tx, run, changes, at);
        if (report) afterCommit(tx, () => ended.increment({ outcome: report.state }));
        return report;
      },
    },
  };
}
