import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { ReportFailure } from "../contract.ts";
import type { ReportRun, ReportsDeps, StoredFile, StoredReport } from "../deps.ts";
import { reportsErrors } from "../errors.ts";
import { deleteObjects } from "./delete-objects.ts";
import { type EndReportDeps, endFailed, endReady } from "./end-report.ts";
import { failureOf } from "./failure.ts";
import { type MakeFilesDeps, makeFiles } from "./make-files.ts";
import { type MadeModel, type MakeModelDeps, makeModel } from "./make-model.ts";
import { coverageKeyOf, fileKeyOf, modelKeyOf } from "./object-keys.ts";
import type { MakeReportPayload } from "./send-next.ts";
import { type WatchedRun, watchRun } from "./watch-run.ts";

type Deps = EndReportDeps &
  MakeModelDeps &
  MakeFilesDeps &
  Pick<ReportsDeps, "ids" | "scratch" | "objects" | "logger">;

/** Runs of one report, however they ended: one that ends the process each time must not do so for ever. */
export const maxTries = 5;
/** Runs that a store which is full or away is waited for with. */
const maxStorageTries = 3;

/**
 * Makes what was asked for. Whoever runs it again after a crash begins anew, under keys of its own; only the run that the
 * report is marked with can end it, so there is one result and one message about it. Throws when it is worth another try.
 */
export async function makeReport(
  deps: Deps,
  ctx: RequestContext,
  { reportId }: MakeReportPayload,
  signal: AbortSignal,
): Promise<void> {
  const run: ReportRun = { id: reportId, attempt: deps.ids.next() };
  const report = await deps.db.transact(ctx, (tx) => deps.turns.claim(tx, run, deps.clock.now()));
  if (!report) return;
  if (report.tries > maxTries) {
    await endFailed(deps, ctx, report, { run, failure: givenUp() });
    return;
  }
  const watched = watchRun(deps, ctx, run, signal);
  try {
    await make(deps, ctx, report, { run, watched });
  } catch (error) {
    // Cancelled, deleted or taken over: nobody waits for it.
    if (watched.isOver()) return;
    signal.throwIfAborted();
    const failure = lastingFailure(error, report.tries);
    if (failure === null) throw error;
    await endFailed(deps, ctx, report, { run, failure });
  } finally {
    watched.stop();
  }
}

type Made = {
  readonly run: ReportRun;
  readonly model: MadeModel;
  readonly files: readonly StoredFile[];
};

async function make(
  deps: Deps,
  ctx: RequestContext,
  report: StoredReport,
  { run, watched }: { readonly run: ReportRun; readonly watched: WatchedRun },
): Promise<void> {
  const scratch = await deps.scratch.open();
  const forget = () => deleteObjects(deps, keysOf(report, run));
  let made: Made;
  try {
    const plan = {
      ...report.scope,
      ...{ reportId: report.id, userId: report.createdBy, createdAt: report.createdAt },
    };
    const model = await makeModel(deps, ctx, plan, { run, scratch, watched });
    const files = await makeFiles(deps, report, { run, scratch, watched, model });
    watched.signal.throwIfAborted();
    made = { run, model, files };
  } catch (error) {
    await forget();
    throw error;
  } finally {
    await scratch.close();
  }
  // When this throws, it is not known whether the report refers to what was stored: the sweep finds out.
  if (!(await endWith(deps, ctx, report, made))) await forget();
}

/** A report has at least one file. Whether it refers to what was stored. */
async function endWith(
  deps: Deps,
  ctx: RequestContext,
  report: StoredReport,
  made: Made,
): Promise<boolean> {
  const { run, files } = made;
  const failure = files.every(({ storageKey }) => storageKey === null) && files[0]?.failure;
  if (!failure) return endReady(deps, ctx, report, made);
  await endFailed(deps, ctx, report, { run, failure, files });
  return false;
}

/** Null when another try may help. */
function lastingFailure(error: unknown, tries: number): ReportFailure | null {
  if (!(error instanceof AppError)) return null;
  if (error.code.startsWith("storage."))
    return tries < maxStorageTries ? null : storageFailed(error);
  // The database is away, or the book is being written to.
  if (error.kind === "unavailable" || error.code === "ledger.book_busy") return null;
  return failureOf(error);
}

const storageFailed = (error: AppError): ReportFailure =>
  failureOf(
    reportsErrors.fail(
      "storage_failed",
      error.code === "storage.full"
        ? "There is no room left to store its files. Nothing of it was kept; ask again later."
        : "Its files could not be stored. Nothing of it was kept; ask again later.",
    ),
  );

export const givenUp = (): ReportFailure =>
  failureOf(
    reportsErrors.fail(
      "given_up",
      "It failed again and again on our side. Ask for fewer days, or for one format at a time.",
    ),
  );

const keysOf = ({ scope }: StoredReport, run: ReportRun): readonly string[] => [
  ...[modelKeyOf(run), coverageKeyOf(run)],
  ...scope.formats.map((format) => fileKeyOf(run, format)),
];
