import type { Database } from "../db/database.ts";
import type { Job } from "../jobs/jobs.ts";
import { purgeJob } from "../jobs/purge-job.ts";
import type { Clock } from "../kernel/clock.ts";
import { purgeAttempts } from "./attempt-statements.ts";

/** Deletes what is forgotten anyway: no attempt is counted otherwise after it. */
export const purgeAttemptsJob = ({
  db,
  clock,
}: {
  readonly db: Pick<Database, "transact">;
  readonly clock: Clock;
}): Job =>
  purgeJob({
    ...{ name: "platform.purge_attempts", cron: "17 * * * *", db, batchSize: 5_000 },
    purges: [(tx, limit) => purgeAttempts(tx, clock.now(), limit)],
  });
