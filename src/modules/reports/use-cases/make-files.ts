import type { DocumentFormat } from "#platform/documents/formats";
import { AppError } from "#platform/kernel/errors";
import type { Scratch } from "#platform/storage/scratch";
import type { ReportFormat } from "../contract.ts";
import type { ReportRun, ReportsDeps, StoredFile, StoredReport } from "../deps.ts";
import { type DatevFile, datevFile } from "../domain/datev-file.ts";
import { fileNameOf } from "../domain/file-name.ts";
import { reportsErrors } from "../errors.ts";
import { failureOf } from "./failure.ts";
import type { MadeModel } from "./make-model.ts";
import { fileKeyOf } from "./object-keys.ts";
import type { WatchedRun } from "./watch-run.ts";

export type MakeFilesDeps = Pick<ReportsDeps, "documents" | "objects" | "scales" | "logger">;

type Work = {
  readonly run: ReportRun;
  readonly scratch: Scratch;
  readonly watched: WatchedRun;
  readonly model: MadeModel;
};

/** Percent that are over when the model is made, and when the last file is. */
const modelPercent = 20;
const filesPercent = 98;

/**
 * Every file that was asked for, one after the other: each made, stored, and deleted here. One that cannot be made says
 * why, and the others come all the same.
 */
export async function makeFiles(
  deps: MakeFilesDeps,
  report: StoredReport,
  work: Work,
): Promise<readonly StoredFile[]> {
  const { formats } = report.scope;
  const share = (filesPercent - modelPercent) / formats.length;
  const files: StoredFile[] = [];
  work.watched.progress(modelPercent);
  for (const [at, format] of formats.entries()) {
    const told = (part: number) => work.watched.progress(modelPercent + share * (at + part));
    files.push(await makeFile(deps, report, format, { ...work, told }));
    told(1);
  }
  return files;
}

type Told = { readonly told: (part: number) => void };

async function makeFile(
  deps: MakeFilesDeps,
  report: StoredReport,
  format: ReportFormat,
  work: Work & Told,
): Promise<StoredFile> {
  const file = {
    ...{ reportId: report.id, format, fileName: fileNameOf(report.fileBase, format) },
    ...{ storageKey: null, sizeBytes: null, sha256: null },
    ...{ failure: null, warning: null },
  };
  const storageKey = fileKeyOf(work.run, format);
  try {
    if (format !== "datev") {
      const source = await rendered(deps, format, work);
      return { ...file, storageKey, ...(await deps.objects.put(storageKey, source)) };
    }
    const booked = bookedFile(deps, report, work.model);
    const stored = await deps.objects.put(storageKey, inTurn(booked.pieces()));
    return { ...file, storageKey, ...stored, warning: booked.warning() };
  } catch (error) {
    if (!isOfFile(error)) throw error;
    return { ...file, failure: failureOf(error) };
  }
}

/** What another format or a shorter period would help against. */
const isOfFile = (error: unknown): error is AppError =>
  error instanceof AppError && ofFile.includes(error.code);
const ofFile = ["too_many_rows", "no_bookings", "file_failed"].map(
  (name) => `${reportsErrors.module}.${name}`,
);

function bookedFile(
  { scales }: MakeFilesDeps,
  { scope, fileBase, createdAt }: StoredReport,
  { bookings, fingerprint }: MadeModel,
): DatevFile {
  const { datev } = scope;
  if (datev === null || bookings === null) throw new Error("a DATEV file was not asked for");
  return datevFile({ ...scope, datev }, bookings, { fileBase, createdAt, fingerprint, scales });
}

async function* inTurn<T>(pieces: Iterable<T>): AsyncGenerator<T> {
  yield* pieces;
}

async function rendered(
  deps: MakeFilesDeps,
  format: DocumentFormat,
  { run, scratch, watched, model, told }: Work & Told,
): Promise<{ readonly path: string }> {
  requireRows(deps, format, model.rows);
  const path = scratch.path(format);
  const { fingerprint, rows } = model;
  const result = await deps.documents.render(
    { modelPath: model.path, fingerprint, format, outPath: path },
    {
      signal: watched.signal,
      onProgress: (done) => told(rows === 0 ? 0 : Math.min(1, done / rows) * renderedPart),
    },
  );
  if (result.outcome === "made") return { path };
  deps.logger.error({ reportId: run.id, format, trace: result.trace }, "a file could not be made");
  throw reportsErrors.fail(
    "file_failed",
    "This file could not be made, which is our fault. The other formats are not touched by it.",
  );
}

/** Storing is the rest. */
const renderedPart = 0.9;

function requireRows(
  { documents: { maxRows } }: Pick<MakeFilesDeps, "documents">,
  format: DocumentFormat,
  rows: number,
): void {
  const limit = maxRows[format];
  if (rows <= limit) return;
  const others = (Object.keys(maxRows) as DocumentFormat[]).filter((one) => rows <= maxRows[one]);
  const instead = others.length === 0 ? "" : `, or take ${others.join(", ")}`;
  throw reportsErrors.fail(
    "too_many_rows",
    `It has ${rows} rows; a file of this format holds at most ${limit}. Choose fewer days or accounts${instead}.`,
    { meta: { rows, limit } },
  );
}
