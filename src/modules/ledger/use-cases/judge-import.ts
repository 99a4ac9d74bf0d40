import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import type { LedgerDeps, StoredImport } from "../deps.ts";
import type { ImportFailure } from "../domain/import-state.ts";
import { type ChangedVerdicts, openComparison } from "./compare-import.ts";

type Deps = Pick<LedgerDeps, "db" | "clock" | "imports" | "importRows" | "importOrigins">;

/** Verdicts are written so many at a time. */
const batchSize = 10_000;

/**
 * Tells new rows from duplicates and makes the import ready to be looked at; `failure` says why it was not committed.
 * Nothing happens to an import that is no longer as it was seen.
 */
export async function judgeImport(
  deps: Deps,
  ctx: RequestContext,
  seen: StoredImport,
  failure: ImportFailure | null,
  signal: AbortSignal,
): Promise<void> {
  const changed = await (await openComparison(deps, seen, signal)).changes();
  await deps.db.transact(ctx, async (tx) => {
    // The import's row first: it is what everybody who changes its rows waits for.
    const ready = { state: "ready", failure } as const;
    const locked = await deps.imports.change(tx, seen, ready, deps.clock.now());
    if (!locked) return;
    await writeVerdicts(deps, tx, seen, changed);
    const counts = await deps.importRows.counts(tx, seen.id);
    await deps.imports.note(tx, locked, { counts }, deps.clock.now());
  });
}

async function writeVerdicts(
  deps: Deps,
  tx: Tx,
  { id }: StoredImport,
  { toNew, toDuplicate }: ChangedVerdicts,
): Promise<void> {
  for (const [numbers, verdict] of [
    [toNew, "new"],
    [toDuplicate, "duplicate"],
  ] as const)
    for (let at = 0; at < numbers.length; at += batchSize)
      await deps.importRows.judge(tx, id, numbers.slice(at, at + batchSize), verdict);
}
