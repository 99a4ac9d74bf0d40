import { afterAll, beforeAll, expect, test } from "bun:test";
import { resumeJobsCommand } from "#platform/jobs/pause";
import { pauseRestoredJobs } from "#platform/jobs/restored-jobs";
import { systemClock } from "#platform/kernel/clock";
import { eventually } from "../../support/eventually.ts";
import {
  becomesHealthy,
  type JobInstallation,
  job,
  openJobInstallation,
  registryOf,
  testContext,
} from "../../support/job-installation.ts";
import { createTypedTerminal } from "../../support/typed-terminal.ts";

let installation: JobInstallation;
beforeAll(async () => {
  installation = await openJobInstallation();
});
afterAll(() => installation.close());

const registry = registryOf({
  jobs: [job("pause.report"), job("pause.mail", { onRestore: "drop" })],
});

test("after a restore nothing runs until it is resumed, and what must not happen twice is gone", async () => {
  const sender = await installation.startProcess(registry, { role: "api" });
  await sender.sendNow("pause.report", { n: 1 });
  await sender.sendNow("pause.report", { n: 2 });
  await sender.sendNow("pause.mail", { n: 3 });
  // The snapshot caught one of them running.
  await installation.sql`
    update pgboss.job set state = 'active', started_on = now(), heartbeat_on = now() where data = '{"n": 2}'`;
  await pauseRestoredJobs(installation.sql, registry.queues(), systemClock.now());

  const worker = await installation.startProcess(registry);
  expect(worker.state()).toBe("paused");
  expect(worker.log.join()).toContain("restored from a snapshot");
  await becomesHealthy(worker);
  await Bun.sleep(700);
  expect(worker.finished).toEqual([]);

  const printed: string[] = [];
  const resume = resumeJobsCommand({ db: installation.db, clock: systemClock });
  const print = (line: string) => void printed.push(line);
  const terminal = createTypedTerminal({ isInteractive: false });
  const code = await resume.run(testContext, [], print, terminal);
  expect([code, printed]).toEqual([0, ["Jobs are resumed."]]);
  await eventually("both reports", () => worker.finished.length === 2);
  expect(worker.state()).toBe("working");
  expect(worker.finished.map(({ name }) => name)).toEqual(["pause.report", "pause.report"]);
  expect(await installation.states("pause.mail")).toEqual({});

  await resume.run(testContext, [], print, terminal);
  expect(printed.at(-1)).toBe("Jobs were not paused.");
});
