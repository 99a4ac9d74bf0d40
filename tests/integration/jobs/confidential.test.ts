import { afterAll, beforeAll, expect, test } from "bun:test";
import { productionIntervals } from "#platform/jobs/job-runner";
import { confidentialRetentionSeconds } from "#platform/jobs/queue-settings";
import { eventually } from "../../support/eventually.ts";
import {
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

const marker = "sealed-9f3b1c";
/** Queues of the rows, dead letters included, whose payload or output holds the marker. */
const rowsWithMarker = async () => {
  const rows = await installation.sql`
    select name from pgboss.job where job::text like ${`%${marker}%`} order by name`;
  return rows.map((row) => row["name"]);
};

test("what a confidential job carried is gone soon after its end, however that came; others keep theirs", async () => {
  const fails = async () => {
    throw new Error("no luck");
  };
  const confidential = { confidential: true, onRestore: "drop" } as const;
  const works = [
    job("confidential.done", confidential),
    job("confidential.failed", { ...confidential, run: fails }),
    job("confidential.slow", {
      ...confidential,
      expireSeconds: 1,
      run: () => new Promise<void>(() => {}),
    }),
    job("ordinary.done"),
    job("ordinary.failed", { run: fails }),
  ];
  const process = await installation.startProcess(registryOf({ jobs: works }));
  for (const { name } of works) await process.sendNow(name, { sealed: marker });
  await eventually("all runs", () => process.finished.length === works.length);
  const left = await eventually("only the others", async () => {
    const names = await rowsWithMarker();
    return names.some((name) => name.startsWith("confidential.")) ? undefined : names;
  });
  expect(left).toEqual(["ordinary.done", "ordinary.failed", "ordinary.failed.dead"]);
  expect(
    await installation.sql`select name from pgboss.queue where name like 'confidential.%.dead'`,
  ).toHaveLength(0);
  expect(await process.depths()).toContainEqual({
    ...{ queue: "confidential.failed", waiting: 0, active: 0, dead: 0 },
    ...{ dueSeconds: 0, oldestSeconds: 0 },
    failed: expect.any(Number),
  });
  await process.stop(1_000);
});

test("that is within a minute as workers run in production", () => {
  const { maintenanceSeconds, superviseSeconds } = productionIntervals;
  expect(confidentialRetentionSeconds + maintenanceSeconds + superviseSeconds).toBeLessThan(60);
});

test("a job that waits to be tried again still has its payload", async () => {
  const seen: object[] = [];
  const work = job("confidential.retried", {
    ...{ confidential: true, onRestore: "drop", retryLimit: 1, retryDelaySeconds: 0 },
    async run(_ctx, payload) {
      seen.push(payload);
      if (seen.length === 1) throw new Error("once");
    },
  });
  const process = await installation.startProcess(registryOf({ jobs: [work] }));
  await process.sendNow(work.name, { sealed: marker });
  await eventually("both tries", () => seen.length === 2);
  expect(seen).toEqual([{ sealed: marker }, { sealed: marker }]);
  await process.stop(1_000);
});
