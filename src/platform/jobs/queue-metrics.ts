import type { Metrics } from "../observability/metrics.ts";
import type { OpenJobs } from "./job-runner.ts";
import type { QueueDepth } from "./queue-depths.ts";
import { within } from "./within.ts";

/** A scrape does not wait longer; the queues are then missing from it. */
const readTimeoutMs = 2_000;
/** The values of one scrape come from one look at the database. */
const sharedMs = 1_000;

/** Shows each queue as it is at the moment of a scrape, and whether this process works on them. */
export function watchQueues(metrics: Metrics, jobs: Pick<OpenJobs, "depths" | "state">): void {
  let last: { readonly atMs: number; readonly depths: Promise<readonly QueueDepth[]> } | undefined;
  function depths(): Promise<readonly QueueDepth[]> {
    const nowMs = performance.now();
    if (last === undefined || nowMs - last.atMs > sharedMs) {
      const read = jobs.depths().catch(() => []);
      last = { atMs: nowMs, depths: within<readonly QueueDepth[]>(read, readTimeoutMs, []) };
    }
    return last.depths;
  }
  const show = (name: string, help: string, value: (depth: QueueDepth) => number) =>
    metrics.reading({ type: "gauge", name, help, labels: ["job"] }, async () =>
      (await depths()).map((depth) => ({ labels: { job: depth.queue }, value: value(depth) })),
    );
  show(
    "fintrack_jobs_waiting",
    "Jobs not begun, retries and delayed ones included.",
    (d) => d.waiting,
  );
  show(
    "fintrack_jobs_due_age_seconds",
    "For how long the job that is due for longest has waited for a worker; 0 = none is due.",
    (d) => d.dueSeconds,
  );
  show(
    "fintrack_jobs_oldest_age_seconds",
    "For how long the oldest unfinished job is wanted, failed tries included; of notify.send: the backlog of mail.",
    (d) => d.oldestSeconds,
  );
  show("fintrack_jobs_active", "Jobs running on all nodes.", (d) => d.active);
  show(
    "fintrack_jobs_given_up",
    "Jobs whose last try failed within the last hour.",
    (d) => d.failed,
  );
  show("fintrack_jobs_dead", "Jobs in the dead letter queue.", (d) => d.dead);
  metrics.reading(
    { type: "gauge", name: "fintrack_jobs_paused", help: "1 while jobs are paused.", labels: [] },
    () => [{ labels: {}, value: jobs.state() === "paused" ? 1 : 0 }],
  );
}
