import type { Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import type { GbsDeps } from "../deps.ts";
import { bindingStates } from "../domain/debt-machine.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";

export const handOverJob = "gbs.hand_over_evidence";
export type HandOverPayload = { readonly debtId: Id };

type State = Pick<DebtSnapshot, "id" | "state" | "evidence" | "endedAt">;
const daySeconds = 86_400;

/** What follows for the recording from a change of its debt: an approval hands it over, an end says how long it is kept. */
export async function orderHandOver(
  deps: Pick<GbsDeps, "jobs" | "handOvers" | "retentionDays">,
  tx: Tx,
  before: State,
  after: State,
): Promise<void> {
  if (after.evidence === "none") return;
  if (before.state === "under_review" && bindingStates.some((state) => state === after.state))
    await deps.jobs.enqueue<HandOverPayload>(tx, handOverJob, { debtId: after.id });
  if (before.endedAt === null && after.endedAt !== null) {
    const until = addSeconds(after.endedAt, deps.retentionDays * daySeconds);
    await deps.handOvers.keepUntil(tx, after.id, until);
  }
}
