import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { type Id, parseId } from "#platform/kernel/ids";
import type { LedgerDeps, StoredImport } from "../deps.ts";
import { lockBook } from "./book-access.ts";
import { handToJob, type ImportJobPayload, isRefusal } from "./import-job.ts";
import type { Import } from "./import-view.ts";
import { type OwnImportDeps, seenImport } from "./own-import.ts";
import { voidMany } from "./void-many.ts";

export const undoImportJob = "ledger.undo_import";

/** So many transactions are voided with one round of statements. */
const batchSize = 2_000;
const reason = "The import was undone.";

/** Has everything voided that an import recorded. */
export async function startUndo(
  deps: OwnImportDeps & Pick<LedgerDeps, "jobs">,
  ctx: RequestContext,
  input: { readonly id: string; readonly version: number },
): Promise<Import> {
  const asked = { id: parseId(input.id), version: input.version, states: ["committed"] as const };
  const seen = await seenImport(deps, ctx, asked);
  return handToJob(deps, ctx, seen, { state: "undoing", job: undoImportJob });
}

type Deps = Pick<
  LedgerDeps,
  | "db"
  | "clock"
  | "ids"
  | "accounts"
  | "books"
  | "imports"
  | "importOrigins"
  | "postings"
  | "transactions"
>;

/**
 * Voids in one transaction what the import recorded and still stands, changed meanwhile or not; each keeps its history.
 * What the ledger refuses (a closed period, an archived account) leaves the import committed and says why.
 */
export async function undoImport(
  deps: Deps,
  ctx: RequestContext,
  { importId, version, by }: ImportJobPayload,
  signal: AbortSignal,
): Promise<void> {
  const seen = await deps.imports.find(deps.db.read, importId);
  if (seen?.state !== "undoing" || seen.version !== version) return;
  try {
    await deps.db.transact(ctx, (tx) => voidAll(deps, tx, seen, by, signal));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const changes = {
      state: "committed",
      failure: { code: error.code, detail: error.message },
    } as const;
    await deps.db.transact(ctx, (tx) => deps.imports.change(tx, seen, changes, deps.clock.now()));
  }
}

async function voidAll(
  deps: Deps,
  tx: Tx,
  seen: StoredImport,
  by: Id,
  signal: AbortSignal,
): Promise<void> {
  const { id: importId, bookId } = seen;
  await lockBook(deps, tx, { bookId, dates: [] });
  const firstDay = await deps.importOrigins.firstStandingDay(tx, importId);
  // The book is ours by now: what is asked of its days stays true.
  if (firstDay !== undefined) await lockBook(deps, tx, { bookId, dates: [firstDay] });
  if (!(await deps.imports.change(tx, seen, { state: "undone" }, deps.clock.now()))) return;
  const standing = await deps.importOrigins.standing(tx, importId);
  for (let at = 0; at < standing.length; at += batchSize) {
    signal.throwIfAborted();
    const batch = await deps.transactions.byIds(tx, standing.slice(at, at + batchSize));
    await voidMany(deps, tx, { bookId, by, at: deps.clock.now(), reason }, batch);
  }
}
