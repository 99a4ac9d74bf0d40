import { type Db, type JobResult, type JobWithMetadata, PgBoss } from "pg-boss";
import { describeError } from "../observability/error-fields.ts";
import type { Job } from "./jobs.ts";
import { jobSchema, parallelRunsPerQueue } from "./queue-settings.ts";
import { type JobObserver, runJob } from "./run-job.ts";
import { within } from "./within.ts";

/** How often the database is asked. pg-boss' floor is half a second for polling and a second for the rest. */
export type JobIntervals = {
  /** Each queue for new jobs: what a job waits at most before it starts. */
  readonly pollSeconds: number;
  /** For cron ticks that are due; at most 45. */
  readonly cronSeconds: number;
  /** For runs whose worker died or took too long; also refreshes the counts that metrics show. */
  readonly superviseSeconds: number;
  /** For finished jobs past their retention. Together with {@link superviseSeconds} less than a minute. */
  readonly maintenanceSeconds: number;
  /** Whether a paused installation was resumed. */
  readonly pauseSeconds: number;
};

/** pg-boss keeps in memory which singletons were busy at its last look: an old look holds back an idle queue. */
const queueCacheSeconds = 5;
/** What settling takes after the handlers were told to abort. */
const abortGraceMs = 1_000;
/** For telling the database about runs that did not even end then. */
const giveUpTimeoutMs = 3_000;
/** A queue that nobody asked for so long, although its worker is idle, is not polled any more. */
const stalledAfterMs = 60_000;

export type JobWorker = {
  /** Queues that are not polled although they should be. */
  stalledQueues(nowMs: number): readonly string[];
  /**
   * Takes no more jobs and waits up to `drainTimeoutMs` for the running ones; then aborts them, so that they count as
   * failed tries and wait for another worker.
   */
  stop(drainTimeoutMs: number): Promise<void>;
};

export type JobWorkerDeps = {
  readonly db: Db;
  readonly queues: readonly Job[];
  readonly observer: JobObserver;
  readonly intervals: JobIntervals;
  /** Attaches the listeners for pg-boss' errors and warnings. */
  readonly listen: (boss: PgBoss) => void;
};

/** Runs jobs, sends due cron ticks and retries what dead workers left. Resolves when polling has begun. */
export async function startJobWorker(deps: JobWorkerDeps): Promise<JobWorker> {
  const { queues } = deps;
  const boss = new PgBoss({ ...bossOptions(deps.intervals), db: deps.db });
  deps.listen(boss);
  const shutdown = new AbortController();
  try {
    await boss.start();
    for (const job of queues)
      await boss.work(job.name, workOptions(job, deps.intervals), (attempts) =>
        Promise.all(attempts.map((one) => runAttempt(job, one, deps.observer, shutdown.signal))),
      );
  } catch (error) {
    await boss.stop({ graceful: false, close: false });
    throw error;
  }
  return {
    stalledQueues: (nowMs) => stalledQueues(boss, queues, nowMs),
    async stop(drainTimeoutMs) {
      const drained = Promise.all(queues.map((job) => boss.offWork(job.name, { wait: true })));
      if (!(await settles(drained, drainTimeoutMs))) {
        shutdown.abort(new Error("the worker is shutting down"));
        await settles(drained, abortGraceMs);
      }
      await settles(boss.stop({ graceful: false, close: false }), giveUpTimeoutMs);
    },
  };
}

const bossOptions = (intervals: JobIntervals) => ({
  schema: jobSchema,
  migrate: false,
  createSchema: false,
  supervise: true,
  superviseIntervalSeconds: intervals.superviseSeconds,
  monitorIntervalSeconds: intervals.superviseSeconds,
  maintenanceIntervalSeconds: intervals.maintenanceSeconds,
  queueCacheIntervalSeconds: queueCacheSeconds,
  schedule: true,
  cronMonitorIntervalSeconds: intervals.cronSeconds,
  cronWorkerIntervalSeconds: Math.max(1, intervals.pollSeconds),
  reindex: false, // only the owner of an index may rebuild it
});

/** Results are told job by job, so that one failure does not repeat its neighbours. */
const workOptions = (job: Job, intervals: JobIntervals) =>
  ({
    includeMetadata: true,
    perJobResults: true,
    pollingIntervalSeconds: intervals.pollSeconds,
    batchSize: job.policy === "singleton" ? 1 : parallelRunsPerQueue,
    burstWhenBatchFull: true,
  }) as const;

async function runAttempt(
  job: Job,
  fetched: JobWithMetadata<unknown>,
  observer: JobObserver,
  shutdown: AbortSignal,
): Promise<JobResult> {
  const { id, data, retryCount, retryLimit } = fetched;
  const signal = AbortSignal.any([fetched.signal, shutdown]);
  const attempt = { id, payload: Object(data ?? {}) as object, retryCount, retryLimit, signal };
  const result = await runJob(job, attempt, observer);
  return result.completed
    ? { id, status: "completed" }
    : { id, status: "failed", output: failureOutput(result.error) };
}

/** What stays in the database with a failed job: no stack, no query parameters, no payload. */
export function failureOutput(error: unknown): object {
  const { type, message, code } = describeError(error);
  return { type, message, ...(code === undefined ? {} : { code }) };
}

function stalledQueues(boss: PgBoss, queues: readonly Job[], nowMs: number): readonly string[] {
  const polled = new Set(
    boss
      .getWipData()
      .filter(
        (worker) =>
          worker.count > 0 || nowMs - (worker.lastFetchedOn ?? worker.createdOn) < stalledAfterMs,
      )
      .map((worker) => worker.name),
  );
  return queues.map((job) => job.name).filter((name) => !polled.has(name));
}

/** Whether it settled in time; how is not asked. */
const settles = (promise: Promise<unknown>, ms: number): Promise<boolean> =>
  within(
    promise.then(
      () => true,
      () => true,
    ),
    ms,
    false,
  );
