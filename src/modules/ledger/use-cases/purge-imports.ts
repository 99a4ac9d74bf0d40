import type { RequestContext } from "#platform/kernel/context";
import { addSeconds } from "#platform/kernel/time";
import type { LedgerDeps, StoredImport } from "../deps.ts";
import type { ImportState } from "../domain/import-state.ts";
import { ledgerErrors } from "../errors.ts";

type Deps = Pick<LedgerDeps, "db" | "clock" | "imports" | "importRows">;

/** An upload whose bytes stopped coming: its process has died. */
const uploadSilenceSeconds = 15 * 60;
/** No job works longer than this, all its retries included. */
const jobSilenceSeconds = 6 * 3600;
/** A file that nobody does anything about. */
const forgottenSeconds = 30 * 86_400;
/** Rows of what is committed or undone, for whoever wonders where a transaction came from. */
const keptRowsSeconds = 30 * 86_400;
const batchSize = 100;
const removedRows = 20_000;

/** Forgets what was never finished, and the rows of what long is; gives up what no job works on any more. */
export async function purgeImports(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const quiet = (states: readonly ImportState[], seconds: number): Promise<StoredImport[]> => {
    const before = addSeconds(deps.clock.now(), -seconds);
    return deps.imports.quietSince(deps.db.read, { states, before, limit: batchSize });
  };
  for (const seen of [
    ...(await quiet(["uploading"], uploadSilenceSeconds)),
    ...(await quiet(["ready", "failed"], forgottenSeconds)),
  ]) {
    if (signal.aborted) return;
    await deps.db.transact(ctx, (tx) => deps.imports.remove(tx, seen));
  }
  for (const seen of await quiet(["reading", "committing", "undoing"], jobSilenceSeconds))
    await giveUp(deps, ctx, seen);
  for (const { id } of await deps.importRows.importsWithRows(deps.db.read, {
    before: addSeconds(deps.clock.now(), -keptRowsSeconds),
    limit: batchSize,
  }))
    while (
      !signal.aborted &&
      (await deps.db.transact(ctx, (tx) => deps.importRows.remove(tx, id, removedRows))) > 0
    );
}

/** Nothing of it stands in the ledger, or all of it: what was tried is told to have failed. */
async function giveUp(deps: Deps, ctx: RequestContext, seen: StoredImport): Promise<void> {
  const { code, message: detail } = ledgerErrors.fail(
    "import_stuck",
    "It failed again and again on our side; nothing was changed. Try again.",
  );
  const state = ({ reading: "failed", committing: "ready", undoing: "committed" } as const)[
    seen.state as "reading" | "committing" | "undoing"
  ];
  const changes = { state, failure: { code, detail } };
  await deps.db.transact(ctx, (tx) => deps.imports.change(tx, seen, changes, deps.clock.now()));
}
