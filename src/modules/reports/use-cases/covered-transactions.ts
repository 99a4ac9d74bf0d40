import type { CoveredTransaction } from "#modules/ledger/contract";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { ReportScope } from "../contract.ts";
import type { ReportsDeps } from "../deps.ts";
import { coverageScopeOf } from "../domain/coverage-scope.ts";
import { breath } from "./breath.ts";

const pageLimit = 250;

/** The book was changed between two pages of it. */
export class CoverageMovedError extends Error {
  override readonly name = "CoverageMovedError";
}

/** What a report covers, by day and id, of this one revision of the book. Throws {@link CoverageMovedError} on another one. */
export async function* coveredTransactions(
  { ledger }: Pick<ReportsDeps, "ledger">,
  ctx: RequestContext,
  { userId, scope }: { readonly userId: Id; readonly scope: ReportScope },
  bookRevision: number,
  signal: AbortSignal,
): AsyncGenerator<CoveredTransaction> {
  const coverage = { userId, bookId: scope.bookId, ...coverageScopeOf(scope) };
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await ledger.coveragePage(ctx, {
      ...coverage,
      limit: pageLimit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (page.bookRevision !== bookRevision) throw new CoverageMovedError();
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
    if (cursor !== undefined) await breath();
  } while (cursor !== undefined);
}
