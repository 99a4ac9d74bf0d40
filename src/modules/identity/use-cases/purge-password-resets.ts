import type { RequestContext } from "#platform/kernel/context";
import { addSeconds } from "#platform/kernel/time";
import type { IdentityDeps } from "../deps.ts";

/** Kept so long after their end, for whoever asks what happened to an account. */
const keptSeconds = 86_400;
/** Deleted in one transaction; a run makes as many as it needs, up to {@link maxBatches}. */
const batchSize = 1_000;
const maxBatches = 100;

/** Forgets links that have expired a day ago, used or not. */
export async function purgePasswordResets(
  deps: Pick<IdentityDeps, "db" | "clock" | "passwordResets">,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const before = addSeconds(deps.clock.now(), -keptSeconds);
  for (let batch = 0; batch < maxBatches && !signal.aborted; batch += 1) {
    const purged = await deps.db.transact(ctx, (tx) =>
      deps.passwordResets.purge(tx, before, batchSize),
    );
    if (purged < batchSize) return;
  }
}
