import type { Report, ReportFile, ReportStanding } from "../contract.ts";
import type { StoredFile, StoredReport } from "../deps.ts";

/** A report as its owner sees it, while the book has this revision. */
export function reportView(
  row: StoredReport,
  files: readonly StoredFile[],
  bookRevision: number,
): Report {
  const standing = standingOf(row, bookRevision);
  const { scope, supersededAt } = row;
  return {
    ...scope,
    id: row.id,
    state: row.state,
    progress: row.progress,
    fingerprint: row.fingerprint,
    asOf: row.asOf,
    bookRevision: row.bookRevision,
    files: scope.formats.flatMap((format) =>
      files.filter((file) => file.reportId === row.id && file.format === format).map(fileView),
    ),
    failure: row.failure,
    standing,
    supersession:
      supersededAt === null
        ? null
        : {
            at: supersededAt,
            transactions: row.changedTransactions,
            differences: row.differences,
          },
    scheduleId: row.scheduleId,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
    expiresAt: row.expiresAt,
    version: row.version,
  };
}

/** What was superseded is said to be so until somebody has looked again; that it stands is said of this revision only. */
function standingOf(row: StoredReport, bookRevision: number): ReportStanding | null {
  if (row.state !== "ready" && row.state !== "expired") return null;
  if (row.supersededAt !== null) return "superseded";
  return isCompared(row, bookRevision) ? "stands" : "unchecked";
}

export const isCompared = (
  { comparedRevision }: Pick<StoredReport, "comparedRevision">,
  bookRevision: number,
): boolean => comparedRevision !== null && comparedRevision >= bookRevision;

const fileView = ({ format, fileName, storageKey, sizeBytes, sha256, ...file }: StoredFile) =>
  ({
    ...{ format, state: storageKey === null ? "failed" : "ready" },
    ...{ fileName, sizeBytes, sha256, failure: file.failure, warning: file.warning },
  }) satisfies ReportFile;
