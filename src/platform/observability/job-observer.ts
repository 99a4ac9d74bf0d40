import type { JobObserver } from "../jobs/run-job.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

const durationBucketsSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900];

/** Counts, times and logs runs of jobs. `name` is a queue's name: their number is bounded by the code. */
export function createJobObserver(deps: {
  readonly logger: Logger;
  readonly metrics: Metrics;
}): JobObserver {
  const running = new Map<string, number>();
  const move = (name: string, by: 1 | -1) => running.set(name, (running.get(name) ?? 0) + by);
  const finished = deps.metrics.counter({
    name: "fintrack_jobs_total",
    help: "Runs of jobs by how they ended.",
    labels: ["job", "outcome"],
  });
  const duration = deps.metrics.histogram({
    name: "fintrack_job_duration_seconds",
    help: "How long runs of jobs took.",
    labels: ["job"],
    buckets: durationBucketsSeconds,
  });
  deps.metrics.reading(
    {
      type: "gauge",
      name: "fintrack_jobs_running",
      help: "Runs of jobs going on in this process.",
      labels: ["job"],
    },
    () => [...running].map(([job, value]) => ({ labels: { job }, value })),
  );
  return {
    jobStarted: (name) => void move(name, 1),
    jobFinished({ name, outcome, durationMs, error }) {
      move(name, -1);
      finished.increment({ job: name, outcome });
      duration.observe({ job: name }, durationMs / 1000);
      const fields = { job: name, outcome, ms: rounded(durationMs) };
      if (outcome === "completed") deps.logger.debug(fields, "job completed");
      else if (outcome === "retried")
        deps.logger.warn({ ...fields, err: error }, "job will be retried");
      else deps.logger.error({ ...fields, err: error }, "job failed");
    },
  };
}

const rounded = (ms: number) => Math.round(ms * 100) / 100;
