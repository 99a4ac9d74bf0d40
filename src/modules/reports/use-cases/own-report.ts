import type { Book } from "#modules/ledger/contract";
import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { ReportsDeps, StoredReport } from "../deps.ts";
import { reportsErrors } from "../errors.ts";

/** Who acts. The guard lets nobody but users through to where this is asked. */
export function ownUserId({ actor, operation }: RequestContext): Id {
  if (actor.type !== "user") throw new Error(`${operation} was reached by no user`);
  return actor.id;
}

/**
 * A report of the user's own, of a book that he may still read. Throws `reports.report_not_found` (404) for every other
 * one.
 */
export async function ownReport(
  deps: Pick<ReportsDeps, "db" | "ledger" | "reports">,
  ctx: RequestContext,
  id: Id,
): Promise<{ readonly report: StoredReport; readonly book: Book }> {
  const userId = ownUserId(ctx);
  const report = await deps.reports.find(deps.db.read, id);
  if (report?.createdBy !== userId) throw reportNotFound();
  const book = await readableBook(deps, ctx, { userId, bookId: report.bookId });
  if (!book) throw reportNotFound();
  return { report, book };
}

/** The user's default book unless one is named. Throws `reports.book_not_found` (404). */
export async function requireBook(
  deps: Pick<ReportsDeps, "ledger">,
  ctx: RequestContext,
  { userId, bookId }: { readonly userId: Id; readonly bookId: Id | undefined },
): Promise<Book> {
  const book =
    bookId === undefined
      ? (await deps.ledger.booksOf(ctx, { userId })).at(0)
      : await readableBook(deps, ctx, { userId, bookId });
  if (!book) throw bookNotFound();
  return book;
}

/** Undefined for a book that is not there, or that the user may not read. */
export async function readableBook(
  { ledger }: Pick<ReportsDeps, "ledger">,
  ctx: RequestContext,
  asked: { readonly userId: Id; readonly bookId: Id },
): Promise<Book | undefined> {
  try {
    return await ledger.bookOf(ctx, asked);
  } catch (error) {
    if (error instanceof AppError && error.kind === "not_found") return undefined;
    throw error;
  }
}

/** Throws `reports.version_changed` (412) unless the thing still has the version that the client has seen. */
export function requireVersion(current: number, seen: number): void {
  if (current !== seen) throw versionChanged(current);
}

export const versionChanged = (version?: number): AppError =>
  reportsErrors.fail(
    "version_changed",
    "It was changed after you read it: read it again and decide anew.",
    version === undefined ? {} : { meta: { version } },
  );

export const reportNotFound = (): AppError =>
  reportsErrors.fail("report_not_found", "You have no such report.");

const bookNotFound = () => reportsErrors.fail("book_not_found", "You have no such book.");
