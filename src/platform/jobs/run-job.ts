import { systemContext } from "../kernel/context.ts";
import type { Job } from "./jobs.ts";

/** How a run ended. */
export type FinishedRun = {
  readonly name: string;
  /** `retried` = it failed and will be tried again; `failed` = it was given up. */
  readonly outcome: "completed" | "failed" | "retried";
  readonly durationMs: number;
  /** Why it failed. */
  readonly error?: unknown;
};

/** Told of each run; observability/ counts, times and logs. Never gets the payload. */
export type JobObserver = {
  jobStarted(name: string): void;
  jobFinished(run: FinishedRun): void;
};

/** One try of one job. */
export type JobAttempt = {
  /** pg-boss' id of the job; also the request id of what the run writes. */
  readonly id: string;
  readonly payload: object;
  /** How many tries there were before this one. */
  readonly retryCount: number;
  readonly retryLimit: number;
  /** Aborted when the run must end early: shutdown, or another worker took the job over. */
  readonly signal: AbortSignal;
};

export type JobRunResult =
  | { readonly completed: true }
  | { readonly completed: false; readonly error: unknown };

/**
 * Runs one try. Never throws. A run that outlives the job's expireSeconds or is aborted counts as failed at once, even
 * when its handler does not listen to the signal and goes on: handlers are idempotent anyway.
 */
export async function runJob(
  job: Job,
  attempt: JobAttempt,
  observer: JobObserver,
): Promise<JobRunResult> {
  const startedMs = performance.now();
  observer.jobStarted(job.name);
  const finished = (outcome: FinishedRun["outcome"], error?: unknown) =>
    observer.jobFinished({
      name: job.name,
      outcome,
      durationMs: performance.now() - startedMs,
      ...(error === undefined ? {} : { error }),
    });
  try {
    await withinBounds(job, attempt);
    finished("completed");
    return { completed: true };
  } catch (error) {
    finished(attempt.retryCount < attempt.retryLimit ? "retried" : "failed", error);
    return { completed: false, error };
  }
}

async function withinBounds(job: Job, attempt: JobAttempt): Promise<void> {
  attempt.signal.throwIfAborted();
  const expiry = new AbortController();
  const signal = AbortSignal.any([expiry.signal, attempt.signal]);
  const timer = setTimeout(
    () => expiry.abort(new Error(`the run took longer than ${job.expireSeconds} s`)),
    job.expireSeconds * 1000,
  );
  let stopListening = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    const abort = () => reject(signal.reason);
    stopListening = () => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    const ctx = systemContext(`job:${job.name}`, attempt.id);
    const work = async () => job.run(ctx, attempt.payload, signal);
    await Promise.race([aborted, work()]);
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}
