import { sql } from "drizzle-orm";
import type { Db } from "pg-boss";
import type { Database } from "../db/database.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Command, CommandLine } from "../module.ts";
import { jobControl } from "./tables.ts";

/** Why nobody works on the queues; null = they are worked on. */
export async function readPause(db: Db): Promise<{ readonly reason: string } | null> {
  const { rows } = await db.executeSql(
    "select paused, coalesce(reason, 'no reason given') as reason from platform.job_control",
  );
  const row: { paused: boolean; reason: string } | undefined = rows[0];
  if (row === undefined) throw new Error("platform.job_control has lost its row");
  return row.paused ? { reason: row.reason } : null;
}

export const resumeJobsLine: CommandLine = {
  name: "jobs:resume",
  usage: "jobs:resume  lets workers take jobs again after a restore has paused them",
};

/** `jobs:resume`: workers that wait notice within seconds. */
export function resumeJobsCommand(deps: {
  readonly db: Pick<Database, "writeOne">;
  readonly clock: Clock;
}): Command {
  return {
    ...resumeJobsLine,
    async run(ctx, _args, print) {
      const resumed = await deps.db.writeOne<{ reason: string | null }>(
        ctx,
        sql`before as (select reason from ${jobControl} where paused for update),
            result as (
              update ${jobControl} c set paused = false, reason = null, changed_at = ${deps.clock.now()}
                from before returning before.reason
            )`,
      );
      print(resumed ? "Jobs are resumed." : "Jobs were not paused.");
      return 0;
    },
  };
}
