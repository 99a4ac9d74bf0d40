import type { Db } from "pg-boss";
import { jobSchema } from "./queue-settings.ts";

/** Counting stops here: a longer queue reads as this long. */
export const maxCountedJobs = 10_000;

/** `waiting`, `dead` and the ages are of now; `active` and `failed` are of the workers' last look, seconds ago. */
export type QueueDepth = {
  readonly queue: string;
  /** Retries and delayed jobs included. */
  readonly waiting: number;
  /** For how long the longest due job has waited for a worker; 0 = none is due. */
  readonly dueSeconds: number;
  /** For how long the oldest job is wanted: like `dueSeconds`, but tries that failed do not start it anew. */
  readonly oldestSeconds: number;
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
  // A job whose time has not come waits for nobody; one that is tried again was wanted from the beginning.
  const waiting = (name: string) =>
    `(select count(*)::int as waiting,
        coalesce(extract(epoch from now() - min(start_after) filter (where start_after <= now())), 0)::float8 as due,
        coalesce(extract(epoch from now() - min(wanted)), 0)::float8 as oldest
      from (select j.start_after,
          case when j.state = 'retry' then j.created_on when j.start_after <= now() then j.start_after end as wanted
        from ${jobSchema}.job j where j.name = ${name} and j.state < 'active' and not j.blocked
        limit ${maxCountedJobs}) as bounded)`;
  const { rows } = await db.executeSql(
    `select q.name as queue, w.waiting, w.due as "dueSeconds", w.oldest as "oldestSeconds",
            q.active_count as active, q.failed_count as failed, d.waiting as dead
       from ${jobSchema}.queue q, lateral ${waiting("q.name")} as w, lateral ${waiting("q.dead_letter")} as d
      where q.name = any($1::text[]) order by q.name`,
    [queues],
  );
  return rows;
}
