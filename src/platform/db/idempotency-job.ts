import type { Job } from "../jobs/jobs.ts";
import { purgeJob } from "../jobs/purge-job.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Database } from "./database.ts";
import { purgeIdempotencyKeys } from "./idempotency.ts";

/** Forgets the results of repeated requests once they are too old to be asked for. */
export const purgeIdempotencyJob = ({
  db,
  clock,
}: {
  readonly db: Pick<Database, "transact">;
  readonly clock: Clock;
}): Job =>
  purgeJob({
    ...{ name: "platform.purge_idempotency_keys", cron: "*/10 * * * *", db, batchSize: 5_000 },
    purges: [(tx, limit) => purgeIdempotencyKeys(tx, clock, limit)],
  });
