import type { Tx } from "#platform/db/database";
import type { DocumentOrder, GbsDeps } from "../deps.ts";
import { bindingStates } from "../domain/debt-machine.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";

export const makeDocumentJob = "gbs.make_document";

type State = Pick<DebtSnapshot, "id" | "state" | "termsVersion">;

/** Sends for what a change calls for: an agreement of terms that are now in force, a receipt of what is settled. */
export async function orderDocuments(
  { jobs }: Pick<GbsDeps, "jobs">,
  tx: Tx,
  before: State,
  after: State,
): Promise<void> {
  for (const kind of kindsFor(before, after))
    await jobs.enqueue<DocumentOrder>(tx, makeDocumentJob, {
      ...{ debtId: after.id, kind, termsVersion: after.termsVersion },
    });
}

function kindsFor(before: State, after: State): readonly DocumentOrder["kind"][] {
  const began = isBinding(after) && !isBinding(before);
  const amended = after.termsVersion !== before.termsVersion;
  const settled = after.state === "settled" && before.state !== "settled";
  return [
    ...(began || amended ? (["agreement"] as const) : []),
    ...(settled ? (["receipt"] as const) : []),
  ];
}

const isBinding = ({ state }: State): boolean => bindingStates.some((binding) => binding === state);
