import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { isId, parseId } from "#platform/kernel/ids";
import { decodeCursor, type Page, pageOf } from "#platform/kernel/page";
import { type Instant, isInstant } from "#platform/kernel/time";
import type { Report, ReportState, ReportType } from "../contract.ts";
import type { ReportPosition, ReportsDeps } from "../deps.ts";
import { type CompareDeps, comparedReport } from "./compare-report.ts";
import { ownReport, ownUserId } from "./own-report.ts";
import { reportView } from "./report-view.ts";

export type ListReportsInput = {
  readonly bookId?: string | undefined;
  readonly type?: ReportType | undefined;
  readonly state?: ReportState | undefined;
  readonly scheduleId?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** The user's own, of books that he may still read, the newest first. Nothing is compared here: see {@link getReport}. */
export async function listReports(
  deps: Pick<ReportsDeps, "db" | "ledger" | "reports">,
  ctx: RequestContext,
  input: ListReportsInput,
): Promise<Page<Report>> {
  const { type, state, limit, cursor } = input;
  const userId = ownUserId(ctx);
  const after = cursor === undefined ? undefined : readPosition(cursor);
  const asked = input.bookId === undefined ? undefined : parseId(input.bookId, "bookId");
  const scheduleId =
    input.scheduleId === undefined ? undefined : parseId(input.scheduleId, "scheduleId");
  const books = await deps.ledger.booksOf(ctx, { userId });
  const revisions = new Map(books.map(({ id, revision }) => [id, revision]));
  const bookIds = [...revisions.keys()].filter((id) => asked === undefined || id === asked);
  const rows = await deps.reports.list(deps.db.read, {
    ...{ createdBy: userId, bookIds, type, state, scheduleId, after, limit: limit + 1 },
  });
  const page = pageOf(rows, limit, ({ createdAt, id }) => [createdAt, id]);
  const files = await deps.reports.filesOf(
    deps.db.read,
    page.items.map(({ id }) => id),
  );
  return {
    nextCursor: page.nextCursor,
    items: page.items.map((row) => reportView(row, files, revisions.get(row.bookId) ?? 0)),
  };
}

/** Compared with the book as it is now: that a report stands is never said of yesterday. */
export async function getReport(
  deps: CompareDeps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Report> {
  const { report, book } = await ownReport(deps, ctx, parseId(input.id));
  const [compared, files] = await Promise.all([
    comparedReport(deps, ctx, report, book.revision),
    deps.reports.filesOf(deps.db.read, [report.id]),
  ]);
  return reportView(compared, files, book.revision);
}

export function readPosition(cursor: string): ReportPosition {
  const [createdAt = "", id = ""] = decodeCursor(cursor, 2);
  if (!isInstant(createdAt) || !isId(id))
    throw invalidField("cursor", "Is not a cursor of this list.");
  return { createdAt: createdAt as Instant, id };
}
