import type { RequestContext } from "#platform/kernel/context";
import { addSeconds } from "#platform/kernel/time";
import type { IdentityDeps } from "../deps.ts";
import { renewableSeconds } from "../domain/registration.ts";

/** Deleted in one transaction; a run makes as many as it needs, up to {@link maxBatches}. */
const batchSize = 1_000;
const maxBatches = 100;

/** Forgets registrations, hashes of passwords included, that cannot be completed any more. */
export async function purgeRegistrations(
  deps: Pick<IdentityDeps, "db" | "clock" | "registrations">,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const before = addSeconds(deps.clock.now(), -renewableSeconds);
  for (let batch = 0; batch < maxBatches && !signal.aborted; batch += 1) {
    const deleted = await deps.db.transact(ctx, (tx) =>
      deps.registrations.purge(tx, before, batchSize),
    );
    if (deleted < batchSize) return;
  }
}
