import { type JobWithMetadata, PgBoss } from "pg-boss";
import type { ConnectionSettings } from "#platform/db/connection";
import { openJobDatabase } from "#platform/jobs/job-database";
import { failureOutput } from "#platform/jobs/job-worker";
import { jobSchema } from "#platform/jobs/queue-settings";
import type { JobRegistry } from "#platform/jobs/registry";
import { type JobObserver, runJob } from "#platform/jobs/run-job";

/** Jobs that enqueue each other without end must fail the test, not hang it. */
const maxRuns = 10_000;

export type RanJob = {
  readonly name: string;
  readonly id: string;
  readonly payload: object;
  /** undefined = completed. */
  readonly error: unknown;
};

const silent: JobObserver = { jobStarted: () => {}, jobFinished: () => {} };

/**
 * Runs what waits in all queues, and what that enqueues, until nothing is left: here and now, without polling. With
 * `delayed` also what waits for a later time: retries with their backoff, jobs with a delay. Gives every run in order.
 */
export async function runJobs(options: {
  readonly connection: ConnectionSettings;
  readonly registry: Pick<JobRegistry, "queues">;
  readonly delayed?: boolean;
  readonly observer?: JobObserver;
}): Promise<readonly RanJob[]> {
  const { delayed = false, observer = silent } = options;
  const db = openJobDatabase(options.connection, () => {});
  const boss = new PgBoss({
    db,
    schema: jobSchema,
    migrate: false,
    createSchema: false,
    supervise: false,
    schedule: false,
  });
  const ran: RanJob[] = [];
  try {
    await boss.start();
    for (let before = -1; before < ran.length; ) {
      before = ran.length;
      for (const job of options.registry.queues()) {
        for (;;) {
          const [fetched]: JobWithMetadata<object>[] = await boss.fetch<object>(job.name, {
            includeMetadata: true,
            ignoreStartAfter: delayed,
          });
          if (!fetched) break;
          if (ran.length >= maxRuns) throw new Error(`more than ${maxRuns} runs, last ${job.name}`);
          const { id, retryCount, retryLimit, data } = fetched;
          const signal = new AbortController().signal;
          const attempt = { id, payload: data ?? {}, retryCount, retryLimit, signal };
          const result = await runJob(job, attempt, observer);
          if (result.completed) await boss.complete(job.name, fetched);
          else await boss.fail(job.name, fetched, failureOutput(result.error));
          const error = result.completed ? undefined : result.error;
          ran.push({ name: job.name, id, payload: attempt.payload, error });
        }
      }
    }
    return ran;
  } finally {
    await boss.stop({ graceful: false, close: false });
    await db.close();
  }
}
