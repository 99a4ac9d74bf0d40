import type { Database } from "../db/database.ts";
import type { Job } from "../jobs/jobs.ts";
import type { Clock } from "../kernel/clock.ts";
import { purgeAttempts } from "./attempt-statements.ts";

/** Deleted in one transaction; a run makes as many as it needs, up to {@link maxBatches}. */
const batchSize = 5_000;
const maxBatches = 100;

/** Deletes what is forgotten anyway: no attempt is counted otherwise after it. */
export const purgeAttemptsJob = (deps: {
  readonly db: Pick<Database, "transact">;
  readonly clock: Clock;
}): Job => ({
  name: "platform.purge_attempts",
  cron: "17 * * * *",
  policy: "singleton",
  retryLimit: 0, // the next tick does what this one could not
  retryDelaySeconds: 60,
  expireSeconds: 300,
  onRestore: "keep",
  async run(ctx, _payload, signal) {
    for (let batch = 0; batch < maxBatches && !signal.aborted; batch += 1) {
      const deleted = await deps.db.transact(ctx, (tx) =>
        purgeAttempts(tx, deps.clock.now(), batchSize),
      );
      if (deleted < batchSize) return;
    }
  },
});
