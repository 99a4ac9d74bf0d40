import { afterAll, beforeAll, expect, test } from "bun:test";
import { watchQueues } from "#platform/jobs/queue-metrics";
import { systemContext } from "#platform/kernel/context";
import { createMetrics } from "#platform/observability/metrics";
import { systemIds } from "#platform/system";
import {
  type JobInstallation,
  job,
  openJobInstallation,
  registryOf,
} from "../../support/job-installation.ts";
import { runJobs } from "../../support/run-jobs.ts";

let installation: JobInstallation;
beforeAll(async () => {
  installation = await openJobInstallation();
});
afterAll(() => installation.close());

test("a scrape shows what waits and what is dead in each queue, and no queue while the database is away", async () => {
  const failing = job("metrics.fail", {
    async run() {
      throw new Error("always");
    },
  });
  const registry = registryOf({ jobs: [failing, job("metrics.wait")] });
  const process = await installation.startProcess(registry, { role: "api" });
  await process.sendNow("metrics.fail", {});
  await runJobs({ connection: installation.app, registry });
  await process.sendNow("metrics.wait", { n: 1 });
  await process.sendNow("metrics.wait", { n: 2 });

  const metrics = createMetrics();
  watchQueues(metrics, process);
  const text = await metrics.exposition();
  expect(text).toContain('fintrack_jobs_waiting{job="metrics.wait"} 2');
  expect(text).toContain('fintrack_jobs_waiting{job="metrics.fail"} 0');
  expect(text).toContain('fintrack_jobs_dead{job="metrics.fail"} 1');
  expect(text).toContain("fintrack_jobs_paused 0");

  await installation.allowConnections(false);
  await installation.cutConnections();
  await Bun.sleep(1_100);
  expect(await metrics.exposition()).not.toContain("fintrack_jobs_waiting{");
  await installation.allowConnections(true);
});

test("a scrape shows for how long the oldest job of a queue is due, and wanted", async () => {
  const waits = job("metrics.age");
  const fails = job("metrics.retry", {
    ...{ retryLimit: 5, retryDelaySeconds: 600 },
    async run() {
      throw new Error("not yet");
    },
  });
  const registry = registryOf({ jobs: [waits, fails, job("metrics.later")] });
  const process = await installation.startProcess(registry, { role: "api" });
  await process.sendNow("metrics.retry", {});
  await runJobs({ connection: installation.app, registry });
  await process.sendNow("metrics.age", {});
  await installation.db.transact(systemContext("metrics.test", systemIds.next()), (tx) =>
    process.jobs.enqueue(tx, "metrics.later", {}, { startAfterSeconds: 600 }),
  );
  await Bun.sleep(1_100);

  const metrics = createMetrics();
  watchQueues(metrics, process);
  const text = await metrics.exposition();
  const age = (name: string, queue: string) =>
    Number(
      new RegExp(`^fintrack_jobs_${name}_age_seconds\\{job="${queue}"\\} (.*)$`, "m").exec(
        text,
      )?.[1],
    );
  expect(age("due", "metrics.age")).toBeWithin(1, 60);
  expect(age("oldest", "metrics.age")).toBeWithin(1, 60);
  expect(age("due", "metrics.retry")).toBe(0);
  expect(age("oldest", "metrics.retry")).toBeWithin(1, 60);
  expect(age("due", "metrics.later")).toBe(0);
  expect(age("oldest", "metrics.later")).toBe(0);
});
