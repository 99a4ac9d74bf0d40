import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import { parseId } from "#platform/kernel/ids";
import type { ReportFormat } from "../contract.ts";
import type { ReportsDeps, StoredReport } from "../deps.ts";
import { reportsErrors } from "../errors.ts";
import { ownReport } from "./own-report.ts";

type Deps = Pick<ReportsDeps, "db" | "ledger" | "reports" | "objects" | "documents" | "logger">;

/** A file to be sent. Whoever does not read its bytes to their end ends them. */
export type FetchedFile = {
  readonly name: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly chunks: AsyncIterableIterator<Uint8Array>;
};

/** Windows-1252, as the format has it. */
const datevType = "text/csv; charset=windows-1252";
const modelType = "application/jsonl; charset=utf-8";

/** Throws `reports.not_ready` (409), `reports.file_not_found` (404), `storage.unavailable` (503). */
export async function fetchFile(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string; readonly format: ReportFormat },
): Promise<FetchedFile> {
  const { report } = await ownReport(deps, ctx, parseId(input.id));
  return fileOf(deps, report, input.format);
}

/** The model that all files were made of: its SHA-256 is the fingerprint that they print. Throws as {@link fetchFile}. */
export async function fetchModel(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<FetchedFile> {
  const { report } = await ownReport(deps, ctx, parseId(input.id));
  requireReady(report);
  return stored(deps, report.modelKey, { name: `${report.fileBase}.jsonl`, type: modelType });
}

/** Of whoever may have it: the caller has seen to that. */
export async function fileOf(
  deps: Omit<Deps, "ledger">,
  report: StoredReport,
  format: ReportFormat,
): Promise<FetchedFile> {
  requireReady(report);
  const files = await deps.reports.filesOf(deps.db.read, [report.id]);
  const file = files.find((one) => one.format === format);
  if (!file) throw fileNotFound("The report was not asked for in this format.");
  const type = format === "datev" ? datevType : deps.documents.mediaTypes[format];
  return stored(deps, file.storageKey, { name: file.fileName, type });
}

function requireReady({ state }: StoredReport): void {
  if (state === "ready") return;
  if (state === "expired") throw fileNotFound("Its files were deleted after their 30 days.");
  throw reportsErrors.fail("not_ready", "There are files once the report is ready.", {
    meta: { state },
  });
}

async function stored(
  { objects, logger }: Pick<Deps, "objects" | "logger">,
  key: string | null,
  named: Pick<FetchedFile, "name" | "type">,
): Promise<FetchedFile> {
  if (key === null) throw fileNotFound("It could not be made; the report says why.");
  const found = await objects.get(key);
  if (found) return { ...named, ...found };
  logger.error({ key }, "a file of a report is missing");
  throw reportsErrors.fail("file_unavailable", "The file is missing: ask for the report again.");
}

const fileNotFound = (detail: string): AppError => reportsErrors.fail("file_not_found", detail);
