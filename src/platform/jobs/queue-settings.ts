import type { UpdateQueueOptions } from "pg-boss";
import type { Job } from "./jobs.ts";

/** The schema of pg-boss' tables. */
export const jobSchema = "pgboss";

/** Where the jobs of `job` go whose last retry failed, payload included. Nobody works on it. */
export const deadLetterSuffix = ".dead";
export const deadLetterOf = (jobName: string): string => `${jobName}${deadLetterSuffix}`;

/** How many jobs of one standard queue a process runs at a time. */
export const parallelRunsPerQueue = 5;

/**
 * A worker that was not heard of for so long is dead, and what it ran is retried. It gives a sign of life twice as often:
 * one that only seemed dead is told to stop, and handlers are idempotent.
 */
const heartbeatSeconds = 30;
/**
 * What the worker itself has, after it gave up a run that took longer than the job's expireSeconds, to say so before
 * the database gives up on the worker.
 */
const settleSeconds = 30;
const dayInSeconds = 86_400;
/** pg-boss' bound of 24 hours, less what settling takes. */
export const maxExpireSeconds = dayInSeconds - settleSeconds;

/** Retries wait at most this long, however often the delay was doubled, unless the job says otherwise. */
const defaultMaxRetryDelaySeconds = 3600;
/** A job that nobody took for so long (no worker runs) is given up. */
const waitingRetentionSeconds = 14 * dayInSeconds;
/** Finished and failed rows are kept so long for whoever looks; payloads should not lie about. */
const finishedRetentionSeconds = 3600;
/** Confidential ones only until the next round of deletions: with its interval it makes less than a minute. */
export const confidentialRetentionSeconds = 5;
const deadLetterRetentionSeconds = 14 * dayInSeconds;

export const subscriptionRetries = {
  retryLimit: 10,
  retryDelaySeconds: 5,
  expireSeconds: 120,
} as const;

/** pg-boss' settings of the job's queue, its policy apart (which pg-boss never changes afterwards). */
export const queueSettings = (job: Job): UpdateQueueOptions => ({
  retryLimit: job.retryLimit,
  retryDelay: job.retryDelaySeconds,
  // Doubles each time, with jitter, so that what failed together does not come back together.
  retryBackoff: true,
  retryDelayMax: job.maxRetryDelaySeconds ?? defaultMaxRetryDelaySeconds,
  expireInSeconds: job.expireSeconds + settleSeconds,
  heartbeatSeconds,
  retentionSeconds: waitingRetentionSeconds,
  deleteAfterSeconds: job.confidential ? confidentialRetentionSeconds : finishedRetentionSeconds,
  deadLetter: job.confidential ? null : deadLetterOf(job.name),
});

export const deadLetterSettings: UpdateQueueOptions = {
  retryLimit: 0,
  retentionSeconds: deadLetterRetentionSeconds,
  deleteAfterSeconds: finishedRetentionSeconds,
};
