import type { RequestContext } from "#platform/kernel/context";
import type { ReportFormat, SharedReport } from "../contract.ts";
import type { ReportsDeps } from "../deps.ts";
import { comparedReport } from "./compare-report.ts";
import { type FetchedFile, fileOf } from "./fetch-file.ts";
import { reportView } from "./report-view.ts";
import { type AccessDeps, noteOpening, type ShareKey, unlock } from "./share-access.ts";

/** What the page of a link shows; see {@link unlock} for what it throws. */
export async function openShare(
  deps: AccessDeps & Pick<ReportsDeps, "standing">,
  ctx: RequestContext,
  key: ShareKey,
): Promise<SharedReport> {
  const { share, report, sharer, book } = await unlock(deps, ctx, key);
  const [compared, files] = await Promise.all([
    comparedReport(deps, ctx, report, book.revision),
    deps.reports.filesOf(deps.db.read, [report.id]),
  ]);
  const { fingerprint, asOf, standing, ...view } = reportView(compared, files, book.revision);
  if (fingerprint === null || asOf === null || standing === null)
    throw new Error("a report is ready and has no fingerprint");
  await noteOpening(deps, ctx, share, { what: "page", client: key.client });
  return {
    ...{ reportId: view.id, type: view.type, from: view.from, to: view.to },
    ...{ currency: view.currency, language: share.language, timeZone: view.timeZone },
    ...{ sharedBy: sharer.displayName, asOf, fingerprint, standing },
    files: view.files.flatMap(({ format, fileName, sizeBytes, sha256 }) =>
      sizeBytes === null || sha256 === null ? [] : [{ format, fileName, sizeBytes, sha256 }],
    ),
    supersession: view.supersession,
    expiresAt: share.expiresAt,
  };
}

/**
 * One of the report's files. Throws as {@link openShare}, and as {@link fileOf} for a format that it was not made in.
 * Whoever does not read the bytes to their end ends them.
 */
export async function fetchSharedFile(
  deps: AccessDeps & Pick<ReportsDeps, "objects" | "documents" | "logger">,
  ctx: RequestContext,
  { format, ...key }: ShareKey & { readonly format: ReportFormat },
): Promise<FetchedFile> {
  const { share, report } = await unlock(deps, ctx, key);
  const file = await fileOf(deps, report, format);
  try {
    await noteOpening(deps, ctx, share, { what: `file:${format}`, client: key.client });
  } catch (error) {
    await file.chunks.return?.();
    throw error;
  }
  return file;
}
