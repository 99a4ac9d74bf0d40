import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { LedgerDeps, StoredImport } from "../deps.ts";
import { ledgerErrors } from "../errors.ts";
import { ownUserId } from "./book-access.ts";
import { type Import, importView } from "./import-view.ts";
import { importChanged } from "./own-import.ts";

/** What a job does with an import. `by` = the user who asked for it; `version` = of the import when he did. */
export type ImportJobPayload = {
  readonly importId: Id;
  readonly version: number;
  readonly by: Id;
};

/** Puts an import into `state` and sends the job that takes it out of there; 412 when somebody else was faster. */
export const handToJob = (
  deps: Pick<LedgerDeps, "db" | "clock" | "imports" | "jobs">,
  ctx: RequestContext,
  seen: StoredImport,
  { state, job }: { readonly state: "committing" | "undoing"; readonly job: string },
): Promise<Import> =>
  deps.db.transact(ctx, async (tx) => {
    const changes = { state, failure: null };
    const changed = await deps.imports.change(tx, seen, changes, deps.clock.now());
    if (!changed) throw importChanged();
    const payload: ImportJobPayload = {
      importId: changed.id,
      version: changed.version,
      by: ownUserId(ctx),
    };
    await deps.jobs.enqueue(tx, job, payload);
    return importView(changed);
  });

/** The ledger itself said no; trying again would not help, as it does where the book was only busy. */
export const isRefusal = (error: unknown): error is AppError =>
  error instanceof AppError &&
  error.code.startsWith(`${ledgerErrors.module}.`) &&
  error.kind !== "unavailable";
