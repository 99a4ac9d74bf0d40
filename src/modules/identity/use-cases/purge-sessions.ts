import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { addSeconds } from "#platform/kernel/time";
import type { IdentityDeps } from "../deps.ts";

/** Sessions are kept so long after their end, for whoever asks what happened to an account; */
const keptSessionSeconds = 30 * 86_400;
/** revocations for much longer than any token lives. */
const keptRevocationSeconds = 86_400;
/** Deleted in one transaction; a run makes as many as it needs, up to {@link maxBatches}. */
const batchSize = 1_000;
const maxBatches = 100;

/** Forgets sessions that are long over, and revocations that nobody reads any more. */
export async function purgeSessions(
  deps: Pick<IdentityDeps, "db" | "clock" | "sessions" | "revocations">,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  async function inBatches(purge: (tx: Tx) => Promise<number>): Promise<void> {
    for (let batch = 0; batch < maxBatches && !signal.aborted; batch += 1)
      if ((await deps.db.transact(ctx, purge)) < batchSize) return;
  }
  const now = deps.clock.now();
  const sessionsBefore = addSeconds(now, -keptSessionSeconds);
  const revocationsBefore = addSeconds(now, -keptRevocationSeconds);
  await inBatches((tx) => deps.sessions.purge(tx, sessionsBefore, batchSize));
  await inBatches((tx) => deps.revocations.purge(tx, revocationsBefore, batchSize));
}
