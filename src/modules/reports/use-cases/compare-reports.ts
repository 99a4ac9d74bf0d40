import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { ReportsDeps, StoredReport } from "../deps.ts";
import { type CompareDeps, comparedReport } from "./compare-report.ts";
import { type CountDeps, countChanges } from "./count-changes.ts";

export const compareReportsJob = "reports.compare";

/** Asked of the ledger in one question. */
const booksAtOnce = 500;
/** Of one run; the next minute goes on with the others. */
const maxCompared = 1_000;
const comparedAtOnce = 50;
const maxCounted = 20;

type Deps = CompareDeps & CountDeps & Pick<ReportsDeps, "logger">;

/**
 * Behind the writes: looks at the reports of books that have changed since it last did. Nothing but revisions is read of
 * books that have not. Throws when some could not be looked at, after it has looked at all others.
 */
export async function compareReports(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const failures: unknown[] = [];
  let compared = 0;
  let after: Id | undefined;
  while (!signal.aborted && compared < maxCompared) {
    const bookIds = await deps.standing.books(deps.db.read, after, booksAtOnce);
    if (bookIds.length > 0)
      compared += await compareBooks(deps, ctx, bookIds, { signal, failures });
    after = bookIds.at(-1);
    if (bookIds.length < booksAtOnce) break;
  }
  for (const report of await deps.standing.uncounted(deps.db.read, maxCounted)) {
    if (signal.aborted) break;
    await countChanges(deps, ctx, report, signal).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} reports were not looked at`);
}

/** How many were compared. */
async function compareBooks(
  deps: Deps,
  ctx: RequestContext,
  bookIds: readonly Id[],
  { signal, failures }: { readonly signal: AbortSignal; readonly failures: unknown[] },
): Promise<number> {
  const { items } = await deps.ledger.revisionsOf(ctx, { bookIds });
  const revisions = new Map(items.map(({ bookId, revision }) => [bookId, revision]));
  let compared = 0;
  let after: StoredReport | undefined;
  while (!signal.aborted && items.length > 0) {
    const query = { after, limit: comparedAtOnce };
    const outdated = await deps.standing.outdated(deps.db.read, items, query);
    for (const report of outdated) {
      if (signal.aborted) break;
      const revision = revisions.get(report.bookId) ?? 0;
      await comparedReport(deps, ctx, report, revision).catch((error: unknown) => {
        if (!isUnreadable(error)) failures.push(error);
      });
    }
    compared += outdated.length;
    after = outdated.at(-1);
    if (outdated.length < comparedAtOnce) break;
  }
  return compared;
}

/** Its owner may no longer read the book, and so no longer sees the report. */
const isUnreadable = (error: unknown): boolean =>
  error instanceof AppError && error.kind === "not_found";
