import { afterAll, beforeAll, expect, test } from "bun:test";
import { watchQueues } from "#platform/jobs/queue-metrics";
import { createMetrics } from "#platform/observability/metrics";
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
