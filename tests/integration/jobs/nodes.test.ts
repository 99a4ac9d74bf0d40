import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import {
  type JobInstallation,
  job,
  openJobInstallation,
  registryOf,
  testContext,
} from "../../support/job-installation.ts";

let installation: JobInstallation;
beforeAll(async () => {
  installation = await openJobInstallation();
});
afterAll(() => installation.close());

describe("two workers", () => {
  test("run a singleton one at a time, also with different keys", async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const registry = registryOf({
      jobs: [
        job("nodes.single", {
          policy: "singleton",
          async run() {
            running += 1;
            most = Math.max(most, running);
            await Bun.sleep(150);
            running -= 1;
            done += 1;
          },
        }),
      ],
    });
    const first = await installation.startProcess(registry);
    const second = await installation.startProcess(registry);
    for (let n = 0; n < 3; n += 1) {
      await first.sendNow("nodes.single", { n });
      await second.sendNow("nodes.single", { n }, { singletonKey: `key-${n}` });
    }
    await eventually("all six", () => done === 6);
    expect(most).toBe(1);
    await Promise.all([first.stop(1_000), second.stop(1_000)]);
  });

  test("send each cron tick once, and no tick of a job that is gone", async () => {
    const ticks: string[] = [];
    const cron = (name: string) =>
      job(name, { cron: "* * * * *", run: async (ctx) => void ticks.push(ctx.operation) });
    const before = await installation.startProcess(registryOf({ jobs: [cron("nodes.removed")] }), {
      intervals: {
        pollSeconds: 1,
        cronSeconds: 45,
        superviseSeconds: 60,
        maintenanceSeconds: 60,
        pauseSeconds: 60,
      },
    });
    await before.stop(1_000);
    ticks.length = 0;
    await installation.sql`update pgboss.version set cron_on = null`;
    const registry = registryOf({ jobs: [cron("nodes.ticking")] });
    const workers = [
      await installation.startProcess(registry),
      await installation.startProcess(registry),
    ];
    await eventually("a tick", () => ticks.length > 0);
    // Several more looks by both.
    await Bun.sleep(2_500);
    const slots = async () => {
      const [row] = await installation.sql<{ count: number }[]>`
        select count(*)::int from pgboss.job
        where name = '__pgboss__send-it' and data ->> 'name' = 'nodes.ticking'`;
      return row?.count ?? 0;
    };
    // One minute's tick, or two when a minute began meanwhile.
    await eventually("a run for each slot", async () => ticks.length === (await slots()));
    expect(ticks.length).toBeLessThanOrEqual(2);
    expect(new Set(ticks)).toEqual(new Set(["job:nodes.ticking"]));
    const schedules = await installation.sql`select name, cron, timezone from pgboss.schedule`;
    expect([...schedules]).toEqual([{ name: "nodes.ticking", cron: "* * * * *", timezone: "UTC" }]);
    await Promise.all(workers.map((worker) => worker.stop(1_000)));
  });

  test("bring each event to each subscriber, again after a failure", async () => {
    const heard: string[] = [];
    let failures = 1;
    const registry = registryOf(
      {
        subscriptions: [
          {
            event: "nodes.made.v1",
            name: "nodes.hear_well",
            run: async () => void heard.push("well"),
          },
          {
            event: "nodes.made.v1",
            name: "nodes.hear_late",
            async run() {
              if (failures > 0) {
                failures -= 1;
                throw new Error("busy");
              }
              heard.push("late");
            },
          },
        ],
      },
      ["nodes.made.v1"],
    );
    const workers = [
      await installation.startProcess(registry),
      await installation.startProcess(registry),
    ];
    // The default first delay is seconds; the point here is that there is a second try.
    await installation.sql`update pgboss.queue set retry_delay = 1 where name = 'nodes.hear_late'`;
    const events = workers[0]?.events<{ "nodes.made.v1": { id: string } }>(["nodes.made.v1"]);
    await installation.db.transact(testContext, async (tx) => {
      await events?.publish(tx, "nodes.made.v1", { id: "e" });
    });
    await eventually("both", () => heard.length === 2);
    expect(heard.toSorted()).toEqual(["late", "well"]);
    await Promise.all(workers.map((worker) => worker.stop(1_000)));
  });
});
