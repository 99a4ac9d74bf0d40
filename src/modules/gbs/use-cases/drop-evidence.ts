import type { Tx } from "#platform/db/database";
import type { Instant } from "#platform/kernel/time";
import type { GbsDeps } from "../deps.ts";
import { endStates } from "../domain/debt-machine.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";

type State = Pick<DebtSnapshot, "id" | "state" | "evidence">;

/** With the end of a debt ends what is on its way to it, and what waits for a decision is to be destroyed. */
export async function dropEvidence(
  { uploads, recordings }: Pick<GbsDeps, "uploads" | "recordings">,
  tx: Tx,
  { before, after, now }: { readonly before: State; readonly after: State; readonly now: Instant },
): Promise<void> {
  const hasEnded = endStates.includes(after.state) && !endStates.includes(before.state);
  if (after.evidence === "none" || !hasEnded) return;
  await uploads.discardOf(tx, after.id, now);
  await recordings.drop(tx, after.id, now);
}
