import type { Instant } from "../kernel/time.ts";
import type { Job } from "./jobs.ts";
import type { OwnerConnection } from "./migrate-jobs.ts";
import { deadLetterOf, jobSchema } from "./queue-settings.ts";

/**
 * After the job tables were restored from a snapshot: what must not happen twice (mails, payments) is dropped, dead
 * letters included, what was running waits again, and nobody works on the queues until `jobs:resume`.
 */
export async function pauseRestoredJobs(
  owner: OwnerConnection,
  queues: readonly Job[],
  now: Instant,
): Promise<void> {
  const dropped = queues
    .filter((job) => job.onRestore === "drop")
    .flatMap((job) => [job.name, deadLetterOf(job.name)]);
  // As text: a session that loads a snapshot knows no array types.
  await owner.unsafe(
    `delete from ${jobSchema}.job where name in (select jsonb_array_elements_text($1::text::jsonb))`,
    [JSON.stringify(dropped)],
  );
  await owner.unsafe(
    `update ${jobSchema}.job set state = 'created', started_on = null, heartbeat_on = null where state = 'active'`,
  );
  await owner.unsafe(
    "update platform.job_control set paused = true, reason = $1, changed_at = $2::timestamptz",
    ["restored from a snapshot", now],
  );
}
