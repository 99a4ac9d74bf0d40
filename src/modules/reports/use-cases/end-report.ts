import type { RequestContext } from "#platform/kernel/context";
import { addSeconds } from "#platform/kernel/time";
import type { ReportFailure } from "../contract.ts";
import type { ReportRun, ReportsDeps, StoredFile, StoredReport } from "../deps.ts";
import { keptSeconds } from "../domain/allowance.ts";
import type { MadeModel } from "./make-model.ts";
import { coverageKeyOf, modelKeyOf } from "./object-keys.ts";
import { sendNext } from "./send-next.ts";

export type EndReportDeps = Pick<
  ReportsDeps,
  "db" | "clock" | "jobs" | "reports" | "turns" | "notify" | "links"
>;

/**
 * What the run has made becomes the report, its owner is told, and the next one of his has its turn: all of it or
 * nothing. False when the report is no longer this run's.
 */
export const endReady = (
  deps: EndReportDeps,
  ctx: RequestContext,
  report: StoredReport,
  made: {
    readonly run: ReportRun;
    readonly model: MadeModel;
    readonly files: readonly StoredFile[];
  },
): Promise<boolean> => {
  const { run, model, files } = made;
  const { fingerprint, asOf, bookRevision, coverage } = model;
  return end(deps, ctx, report, {
    run,
    files,
    kind: "reports.report_ready",
    changes: {
      ...{ state: "ready", progress: 100, fingerprint, asOf, bookRevision, coverage },
      ...{ comparedRevision: bookRevision, comparedCoverage: coverage },
      ...{ modelKey: modelKeyOf(run), coverageKey: coverageKeyOf(run) },
      expiresAt: addSeconds(deps.clock.now(), keptSeconds),
    },
  });
};

/** As {@link endReady}; `files` say of each format why it could not be made, when that is known of each. */
export const endFailed = (
  deps: EndReportDeps,
  ctx: RequestContext,
  report: StoredReport,
  over: {
    readonly run: ReportRun;
    readonly failure: ReportFailure;
    readonly files?: readonly StoredFile[];
  },
): Promise<boolean> => {
  const { run, failure, files = [] } = over;
  const changes = { state: "failed", failure } as const;
  return end(deps, ctx, report, { run, files, kind: "reports.report_failed", changes });
};

type Ending = {
  readonly run: ReportRun;
  readonly files: readonly StoredFile[];
  readonly kind: "reports.report_ready" | "reports.report_failed";
  readonly changes: Parameters<ReportsDeps["turns"]["finish"]>[2];
};

const end = (
  deps: EndReportDeps,
  ctx: RequestContext,
  { id, createdBy, fileBase }: StoredReport,
  { run, files, kind, changes }: Ending,
): Promise<boolean> =>
  deps.db.transact(ctx, async (tx) => {
    await deps.turns.lockUser(tx, createdBy);
    if (!(await deps.turns.finish(tx, run, changes, deps.clock.now()))) return false;
    if (files.length > 0) await deps.reports.addFiles(tx, files);
    const said = { report: fileBase, link: deps.links.report(id) };
    await deps.notify(tx, kind, { userId: createdBy }, said);
    await sendNext(deps, tx, createdBy);
    return true;
  });
