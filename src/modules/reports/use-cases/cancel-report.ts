import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { Report } from "../contract.ts";
import type { ReportsDeps } from "../deps.ts";
import { reportsErrors } from "../errors.ts";
import { deleteObjects } from "./delete-objects.ts";
import { ownReport, requireVersion, versionChanged } from "./own-report.ts";
import { reportView } from "./report-view.ts";
import { sendNext } from "./send-next.ts";

type Deps = Pick<
  ReportsDeps,
  "db" | "clock" | "ledger" | "reports" | "turns" | "jobs" | "retention" | "objects" | "logger"
>;
type Target = { readonly id: string; readonly version: number };

/** The run that makes it hears of it within a second. Throws `reports.already_over` (409). */
export async function cancelReport(
  deps: Deps,
  ctx: RequestContext,
  input: Target,
): Promise<Report> {
  const { report, book } = await ownReport(deps, ctx, parseId(input.id));
  if (report.state !== "queued" && report.state !== "running")
    throw reportsErrors.fail("already_over", "Only what is queued or running can be cancelled.", {
      meta: { state: report.state },
    });
  requireVersion(report.version, input.version);
  return deps.db.transact(ctx, async (tx) => {
    const at = deps.clock.now();
    await deps.turns.lockUser(tx, report.createdBy);
    const over = { state: "cancelled", attempt: null, finishedAt: at } as const;
    const changed = await deps.reports.change(tx, report, over, at);
    if (!changed) throw versionChanged();
    await sendNext(deps, tx, report.createdBy);
    return reportView(changed, [], book.revision);
  });
}

/** With its files and shares, whatever it is at; what a run still makes of it is thrown away. */
export async function deleteReport(deps: Deps, ctx: RequestContext, input: Target): Promise<void> {
  const { report } = await ownReport(deps, ctx, parseId(input.id));
  requireVersion(report.version, input.version);
  const keys = await deps.db.transact(ctx, async (tx) => {
    await deps.turns.lockUser(tx, report.createdBy);
    const found = await deps.retention.keysOf(tx, [report.id]);
    if (!(await deps.reports.remove(tx, report))) throw versionChanged();
    await sendNext(deps, tx, report.createdBy);
    return found;
  });
  await deleteObjects(deps, keys);
}
