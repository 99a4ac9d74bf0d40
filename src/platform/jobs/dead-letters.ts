import type { Db, PgBoss } from "pg-boss";
import { UsageError } from "../command-line.ts";
import type { Command, CommandLine } from "../module.ts";
import { deadLetterOf, deadLetterSuffix, jobSchema } from "./queue-settings.ts";

/** Jobs of one queue whose last try failed. */
export type DeadLetters = {
  readonly queue: string;
  readonly jobs: number;
  /** When the first of them was given up. ISO 8601, UTC. */
  readonly since: string;
  /** Why the newest of them failed, as far as its error says. */
  readonly reason: string | null;
};

/** More in one statement would hold locks for long. */
const redrivenAtOnce = 1_000;

/** By queue; jobs of queues that are gone included. */
export async function readDeadLetters(db: Db): Promise<readonly DeadLetters[]> {
  const { rows } = await db.executeSql(
    `select coalesce(source_name, left(name, -${deadLetterSuffix.length})) as queue, count(*)::int as jobs,
            to_char(min(created_on) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since,
            (array_agg(source_output->>'message' order by created_on desc))[1] as reason
       from ${jobSchema}.job where right(name, ${deadLetterSuffix.length}) = $1 and state < 'active'
      group by 1 order by 1`,
    [deadLetterSuffix],
  );
  return rows;
}

/**
 * Jobs of `queue` whose last try failed wait again, with as many tries as new ones have; those that fail for good
 * meanwhile are left. Gives how many there were.
 */
export async function redriveDeadLetters(
  { boss, db }: { readonly boss: Pick<PgBoss, "redrive">; readonly db: Db },
  queue: string,
): Promise<number> {
  const found = (await readDeadLetters(db)).find((one) => one.queue === queue)?.jobs ?? 0;
  let redriven = 0;
  while (redriven < found) {
    const limit = Math.min(found - redriven, redrivenAtOnce);
    const moved = await boss.redrive(deadLetterOf(queue), { sourceName: queue, limit });
    if (moved === 0) break;
    redriven += moved;
  }
  return redriven;
}

export const redriveJobsLine: CommandLine = {
  name: "jobs:redrive",
  usage: "jobs:redrive [queue]  try jobs again that failed for good; without a queue: list them",
  words: [0, 1],
};

/** `jobs:redrive [queue]`: shows what failed for good, and sends it again. */
export function redriveJobsCommand(jobs: {
  queues(): readonly string[];
  deadLetters(): Promise<readonly DeadLetters[]>;
  redrive(queue: string): Promise<number>;
}): Command {
  return {
    ...redriveJobsLine,
    async run(_ctx, [queue], print) {
      if (queue !== undefined) {
        // One that is gone may have left some.
        const known = [...jobs.queues(), ...(await jobs.deadLetters()).map((one) => one.queue)];
        if (!known.includes(queue))
          throw new UsageError(
            `There is no such queue. Queues: ${[...new Set(known)].join(", ")}.`,
          );
        const redriven = await jobs.redrive(queue);
        print(`${redriven} jobs of ${queue} are tried again.`);
        return 0;
      }
      const failed = await jobs.deadLetters();
      for (const { queue: name, jobs: count, since, reason } of failed)
        print(`${name}: ${count} since ${since}; the newest: ${reason ?? "no reason given"}`);
      if (failed.length === 0) print("No job failed for good.");
      return 0;
    },
  };
}
