import type { Db } from "pg-boss";
import { jobSchema } from "./queue-settings.ts";

/** Counting stops here: a longer queue reads as this long. */
export const maxCountedJobs = 10_000;

/** `waiting` and `dead` are counted now; `active` and `failed` are of the workers' last look, seconds ago. */
export type QueueDepth = {
  readonly queue: string;
  /** Retries and delayed jobs included. */
  readonly waiting: number;
  readonly active: number;
  /** Given up within the last hour. */
  readonly failed: number;
  /** In the dead letter queue. */
  readonly dead: number;
};

/** One statement, bounded by {@link maxCountedJobs} index entries a queue. */
export async function readQueueDepths(
  db: Db,
  queues: readonly string[],
): Promise<readonly QueueDepth[]> {
  const waiting = (name: string) =>
    `(select count(*)::int from (select 1 from ${jobSchema}.job j where j.name = ${name}
      and j.state < 'active' and not j.blocked limit ${maxCountedJobs}) as bounded)`;
  const { rows } = await db.executeSql(
    `select q.name as queue, ${waiting("q.name")} as waiting, q.active_count as active,
            q.failed_count as failed, ${waiting("q.dead_letter")} as dead
       from ${jobSchema}.queue q where q.name = any($1::text[]) order by q.name`,
    [queues],
  );
  return rows;
}
