import type { RequestContext } from "#platform/kernel/context";
import { parseAmount, scaleOf } from "#platform/kernel/money";
import type { ReportsDeps, StoredReport } from "../deps.ts";
import { type Covered, changesBetween } from "../domain/coverage-changes.ts";
import { coverageScopeOf } from "../domain/coverage-scope.ts";
import { CoverageMovedError, coveredTransactions } from "./covered-transactions.ts";

export type CountDeps = Pick<
  ReportsDeps,
  "db" | "ledger" | "scales" | "standing" | "objects" | "jsonLines" | "logger"
>;

/**
 * Counts what has changed of what a superseded report covers, against what was kept when it was made. Nothing when the
 * book moves on meanwhile: it is compared anew then, and counted after that.
 */
export async function countChanges(
  deps: CountDeps,
  ctx: RequestContext,
  report: StoredReport,
  signal: AbortSignal,
): Promise<void> {
  const { id, createdBy: userId, bookId, scope, coverageKey } = report;
  if (coverageKey === null) return;
  const asked = { userId, bookId, ...coverageScopeOf(scope) };
  const { bookRevision, digest } = await deps.ledger.coverageOf(ctx, asked);
  if (digest !== report.comparedCoverage) return;
  const kept = await deps.objects.get(coverageKey);
  if (!kept) {
    deps.logger.error({ key: coverageKey }, "what a report covered is missing");
    return;
  }
  try {
    const before = deps.jsonLines.decode(kept.chunks) as AsyncIterable<Covered>;
    const now = coveredTransactions(deps, ctx, { userId, scope }, bookRevision, signal);
    const changes = await changesBetween(before, now);
    const differences = changes.differences.map(({ amount, currency }) => ({
      amount: parseAmount(amount, scaleOf(deps.scales, currency)),
      currency,
    }));
    await deps.db.transact(ctx, (tx) =>
      deps.standing.counted(tx, { id, digest }, { ...changes, differences }),
    );
  } catch (error) {
    if (!(error instanceof CoverageMovedError)) throw error;
  } finally {
    await kept.chunks.return?.();
  }
}
