import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { LedgerDeps } from "../deps.ts";
import { type AnswersInput, readAnswers } from "../domain/import-answers.ts";
import { type Import, importView } from "./import-view.ts";
import { importChanged, type OwnImportDeps, seenImport } from "./own-import.ts";
import { readImportJob } from "./read-import.ts";

/** Keeps what the owner decides about the file, beside what he decided before, and has every row judged again. */
export async function answerImport(
  deps: OwnImportDeps & Pick<LedgerDeps, "jobs">,
  ctx: RequestContext,
  input: { readonly id: string; readonly version: number; readonly answers: AnswersInput },
): Promise<Import> {
  const given = readAnswers(input.answers);
  const asked = { id: parseId(input.id), version: input.version, states: ["ready"] as const };
  const seen = await seenImport(deps, ctx, asked);
  const answers = { ...seen.answers, ...given };
  return deps.db.transact(ctx, async (tx) => {
    const changed = await deps.imports.change(
      tx,
      seen,
      { state: "reading", answers, proposal: null, rowsRead: 0, counts: null, failure: null },
      deps.clock.now(),
    );
    if (!changed) throw importChanged();
    const { id: importId, version } = changed;
    await deps.jobs.enqueue(tx, readImportJob, { importId, version });
    return importView(changed);
  });
}
