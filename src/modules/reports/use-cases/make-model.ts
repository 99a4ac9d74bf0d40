import type { RequestContext } from "#platform/kernel/context";
import type { Scratch } from "#platform/storage/scratch";
import type { ReportRun, ReportsDeps } from "../deps.ts";
import type { ReportPlan } from "../domain/report-plan.ts";
import { reportsErrors } from "../errors.ts";
import { BookMovedError, type BuiltModel, buildModel } from "./build-model.ts";
import { CoverageMovedError, coveredTransactions } from "./covered-transactions.ts";
import { coverageKeyOf, modelKeyOf } from "./object-keys.ts";
import type { WatchedRun } from "./watch-run.ts";

export type MakeModelDeps = Parameters<typeof buildModel>[0] &
  Pick<ReportsDeps, "documents" | "objects" | "jsonLines" | "ledger">;

/** A model that is stored, with the file that it was stored from. */
export type MadeModel = BuiltModel & {
  readonly path: string;
  /** SHA-256 of the file, hex. */
  readonly fingerprint: string;
  /** Of all its tables. */
  readonly rows: number;
};

/** How often a book is read anew that was changed while it was read. */
const maxReadings = 3;

/**
 * The figures of one state of the book, and what each covered transaction did then. Throws
 * `reports.book_keeps_changing` (409).
 */
export async function makeModel(
  deps: MakeModelDeps,
  ctx: RequestContext,
  plan: ReportPlan,
  {
    run,
    scratch,
    watched,
  }: { readonly run: ReportRun; readonly scratch: Scratch; readonly watched: WatchedRun },
): Promise<MadeModel> {
  for (let reading = 1; reading <= maxReadings; reading += 1) {
    const path = scratch.path(`model-${reading}.jsonl`);
    try {
      return await readOnce(deps, ctx, plan, { run, path, signal: watched.signal });
    } catch (error) {
      if (!(error instanceof BookMovedError || error instanceof CoverageMovedError)) throw error;
    }
  }
  throw reportsErrors.fail(
    "book_keeps_changing",
    "The book was changed each time that it was read. Ask again when nothing is being written into it.",
    { meta: { readings: maxReadings } },
  );
}

async function readOnce(
  deps: MakeModelDeps,
  ctx: RequestContext,
  plan: ReportPlan,
  {
    run,
    path,
    signal,
  }: { readonly run: ReportRun; readonly path: string; readonly signal: AbortSignal },
): Promise<MadeModel> {
  const writer = await deps.documents.openModel(path);
  try {
    const built = await buildModel(deps, ctx, plan, (part) => writer.write(part), signal);
    const { sha256, rows } = await writer.finish();
    const covered = coveredTransactions(
      deps,
      ctx,
      { userId: plan.userId, scope: plan },
      built.bookRevision,
      signal,
    );
    await deps.objects.put(coverageKeyOf(run), deps.jsonLines.encode(covered));
    await deps.objects.put(modelKeyOf(run), { path });
    return { ...built, path, fingerprint: sha256, rows };
  } finally {
    await writer.close();
  }
}
