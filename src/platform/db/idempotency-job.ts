import type { Job } from "../jobs/jobs.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Database } from "./database.ts";
import { purgeIdempotencyKeys } from "./idempotency.ts";

/** Deleted in one transaction; a run makes as many as it needs, up to {@link maxBatches}. */
const batchSize = 5_000;
const maxBatches = 100;

/** Forgets the results of repeated requests once they are too old to be asked for. */
export const purgeIdempotencyJob = (deps: {
  readonly db: Pick<Database, "transact">;
  readonly clock: Clock;
}): Job => ({
  name: "platform.purge_idempotency_keys",
  cron: "*/10 * * * *",
  policy: "singleton",
  retryLimit: 0, // the next tick does what this one could not
  retryDelaySeconds: 60,
  expireSeconds: 300,
  onRestore: "keep",
  async run(ctx, _payload, signal) {
    for (let batch = 0; batch < maxBatches && !signal.aborted; batch += 1) {
      const deleted = await deps.db.transact(ctx, (tx) =>
        purgeIdempotencyKeys(tx, deps.clock, batchSize),
      );
      if (deleted < batchSize) return;
    }
  },
});
