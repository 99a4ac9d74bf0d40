import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { LedgerDeps, StoredImport } from "../deps.ts";
import { type ImportState, requireState } from "../domain/import-state.ts";
import { ledgerErrors } from "../errors.ts";
import {
  type BookAccessDeps,
  type BookNeed,
  requireBookOf,
  requireVersion,
} from "./book-access.ts";

export type OwnImportDeps = BookAccessDeps & Pick<LedgerDeps, "imports">;

/** Throws `ledger.import_not_found` (404, also for one in a book of others) and `ledger.read_only` (403). */
export async function ownImport(
  deps: OwnImportDeps,
  ctx: RequestContext,
  id: Id,
  need: BookNeed,
): Promise<StoredImport> {
  const found = await deps.imports.find(deps.db.read, id);
  await requireBookOf(deps, ctx, found, need, importNotFound);
  if (!found) throw importNotFound();
  return found;
}

/** The import that somebody wants to do something with, in one of these states and as he has seen it. */
export async function seenImport(
  deps: OwnImportDeps,
  ctx: RequestContext,
  input: { readonly id: Id; readonly version: number; readonly states: readonly ImportState[] },
): Promise<StoredImport> {
  const found = await ownImport(deps, ctx, input.id, "write");
  requireState(found.state, input.states);
  requireVersion(found.version, input.version);
  return found;
}

/** Somebody else was faster: 412. */
export const importChanged = (): AppError =>
  ledgerErrors.fail("version_changed", "It was changed after you read it: read it again.");

export const importNotFound = (): AppError =>
  ledgerErrors.fail("import_not_found", "You have no such import.");
