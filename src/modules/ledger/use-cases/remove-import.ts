import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import { deletableStates } from "../domain/import-state.ts";
import { importChanged, type OwnImportDeps, seenImport } from "./own-import.ts";

/** Forgets an import that was not committed, with its file. A job that is reading it stops at its next rows. */
export async function removeImport(
  deps: OwnImportDeps,
  ctx: RequestContext,
  input: { readonly id: string; readonly version: number },
): Promise<void> {
  const asked = { id: parseId(input.id), version: input.version, states: deletableStates };
  const seen = await seenImport(deps, ctx, asked);
  await deps.db.transact(ctx, async (tx) => {
    if (!(await deps.imports.remove(tx, seen))) throw importChanged();
  });
}
