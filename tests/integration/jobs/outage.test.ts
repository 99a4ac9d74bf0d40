import { afterAll, beforeAll, expect, test } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import {
  becomesHealthy,
  type JobInstallation,
  job,
  openJobInstallation,
  registryOf,
} from "../../support/job-installation.ts";

let installation: JobInstallation;
beforeAll(async () => {
  installation = await openJobInstallation();
});
afterAll(() => installation.close());

const cutConnections = () => installation.cutConnections();

test("work goes on after the server ended every connection, also for the job that was running", async () => {
  const runs: number[] = [];
  const registry = registryOf({
    jobs: [
      job("outage.work", {
        retryLimit: 3,
        async run(_ctx, payload) {
          runs.push((payload as { n: number }).n);
          await Bun.sleep(300);
        },
      }),
    ],
  });
  const process = await installation.startProcess(registry);
  await process.sendNow("outage.work", { n: 1 });
  await eventually("the first run", () => runs.length === 1);
  await cutConnections();
  await eventually("sending again", () =>
    process.sendNow("outage.work", { n: 2 }).then(
      () => true,
      () => false,
    ),
  );
  await cutConnections();
  await eventually("both completed", async () => {
    const { completed } = await installation.states("outage.work");
    return completed === 2;
  });
  expect(new Set(runs)).toEqual(new Set([1, 2]));
  await becomesHealthy(process);
  await process.stop(1_000);
});

test("health fails while the database refuses the job connections, and recovers", async () => {
  const process = await installation.startProcess(registryOf({ jobs: [job("outage.health")] }));
  await becomesHealthy(process);
  await installation.allowConnections(false);
  await cutConnections();
  await expect(process.health.check()).rejects.toThrow("does not answer");
  // The polls of the outage come as one line, not as one each.
  const lines = () => process.log.filter((line) => line.includes("cannot be worked on")).length;
  await eventually("it is told", () => lines() > 0);
  await Bun.sleep(1_600);
  expect(lines()).toBe(1);
  await installation.allowConnections(true);
  await becomesHealthy(process);
  await process.sendNow("outage.health", {});
  await eventually("a run", () => process.finished.length === 1);
  await process.stop(1_000);
});

test("health names the queues that nobody polls any more", async () => {
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead).toISOString() as never };
  const process = await installation.startProcess(registryOf({ jobs: [job("outage.stalled")] }), {
    clock,
  });
  await becomesHealthy(process);
  ahead = 120_000;
  await eventually("it says which", () =>
    process.health.check().then(
      () => false,
      (error) => String(error).includes("queues are not polled: outage.stalled"),
    ),
  );
  await process.stop(1_000);
});
