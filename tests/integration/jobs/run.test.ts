import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Job } from "#platform/jobs/jobs";
import type { RequestContext } from "#platform/kernel/context";
import { eventually } from "../../support/eventually.ts";
import {
  type JobInstallation,
  type JobProcess,
  job,
  openJobInstallation,
  registryOf,
} from "../../support/job-installation.ts";

let installation: JobInstallation;
beforeAll(async () => {
  installation = await openJobInstallation();
});
afterAll(() => installation.close());

/** Starts a process with this one job and sends it each payload. */
async function run(work: Job, ...payloads: object[]): Promise<JobProcess> {
  const process = await installation.startProcess(registryOf({ jobs: [work] }));
  for (const payload of payloads) await process.sendNow(work.name, payload);
  return process;
}

describe("a run", () => {
  test("gets its payload and acts as the job, with the job's id as request id", async () => {
    const seen: [RequestContext, object][] = [];
    const work = job("run.context", {
      run: async (ctx, payload) => void seen.push([ctx, payload]),
    });
    const process = await run(work, { id: 7 });
    await eventually("the run", () => process.finished[0]);
    const [row] = await installation.sql`select id from pgboss.job where name = 'run.context'`;
    expect(seen).toEqual([
      [
        {
          actor: { type: "system", name: "job:run.context" },
          operation: "job:run.context",
          requestId: String(row?.["id"]),
        },
        { id: 7 },
      ],
    ]);
    expect(process.finished[0]).toMatchObject({ name: "run.context", outcome: "completed" });
    await eventually(
      "completion",
      async () => (await installation.states("run.context"))["completed"],
    );
    await process.stop(1_000);
  });

  test("that fails is retried with a growing delay, then is a dead letter with its payload", async () => {
    const starts: number[] = [];
    const work = job("run.failing", {
      retryLimit: 2,
      retryDelaySeconds: 1,
      async run() {
        starts.push(performance.now());
        throw new Error("no luck");
      },
    });
    const process = await run(work, { id: 1, note: "keep me" });
    await eventually("three tries", () => process.finished.length === 3);
    expect(process.finished.map(({ outcome }) => outcome)).toEqual([
      "retried",
      "retried",
      "failed",
    ]);
    const [first = 0, second = 0, third = 0] = starts;
    // 1-2 s before the second try, 2-4 s before the third, each seen at the next poll.
    expect(second - first).toBeGreaterThan(900);
    expect(third - second).toBeGreaterThan(1_900);
    const [dead] = await eventually("the dead letter", async () => {
      const rows = await installation.sql`
        select data, state, source_name, source_retry_count, source_output from pgboss.job where name = 'run.failing.dead'`;
      return rows.length > 0 ? rows : undefined;
    });
    expect(dead).toEqual({
      data: { id: 1, note: "keep me" },
      state: "created",
      source_name: "run.failing",
      source_retry_count: 2,
      source_output: { type: "Error", message: "no luck" },
    });
    expect(await process.depths()).toMatchObject([{ queue: "run.failing", waiting: 0, dead: 1 }]);
    await process.stop(1_000);
  });

  test("that fails says so without its payload", async () => {
    const work = job("run.secretive", {
      async run() {
        throw new Error("broken");
      },
    });
    const process = await run(work, { token: "s3cr3t-payload" });
    await eventually("the failure", () => process.finished[0]);
    expect(JSON.stringify([process.finished, process.log])).not.toContain("s3cr3t-payload");
    await process.stop(1_000);
  });

  test("that takes longer than it may is aborted, counts as failed and is tried again", async () => {
    const reasons: unknown[] = [];
    let tries = 0;
    const work = job("run.endless", {
      retryLimit: 1,
      expireSeconds: 3,
      async run(_ctx, _payload, signal) {
        tries += 1;
        if (tries > 1) return;
        await new Promise<void>(() =>
          signal.addEventListener("abort", () => reasons.push(signal.reason)),
        );
      },
    });
    const process = await run(work, {});
    await eventually("both tries", () => process.finished.length === 2);
    expect(process.finished.map(({ outcome }) => outcome)).toEqual(["retried", "completed"]);
    expect(String(reasons[0])).toContain("longer than 3 s");
    await process.stop(1_000);
  });

  test("that fails does not repeat the runs that were fetched with it", async () => {
    const runs: number[] = [];
    const work = job("run.batch", {
      retryLimit: 1,
      async run(_ctx, payload) {
        const { n } = payload as { n: number };
        runs.push(n);
        if (n === 2 && runs.filter((one) => one === 2).length === 1) throw new Error("once");
      },
    });
    const process = await installation.startProcess(registryOf({ jobs: [work] }), { role: "api" });
    for (const n of [1, 2, 3, 4]) await process.sendNow("run.batch", { n });
    const worker = await installation.startProcess(registryOf({ jobs: [work] }));
    await eventually("five runs", () => worker.finished.length === 5);
    expect(runs.toSorted()).toEqual([1, 2, 2, 3, 4]);
    await worker.stop(1_000);
  });
});

describe("stopping", () => {
  test("lets a running job end and takes no further one", async () => {
    let ended = 0;
    const work = job("stop.drains", {
      policy: "singleton",
      async run() {
        await Bun.sleep(1_500);
        ended += 1;
      },
    });
    const process = await run(work, { n: 1 }, { n: 2 });
    await eventually("the start", async () => (await installation.states("stop.drains"))["active"]);
    await process.stop(60_000);
    expect(ended).toBe(1);
    expect(await installation.states("stop.drains")).toEqual({ completed: 1, created: 1 });
  });

  test("aborts what does not end in time and leaves it to be tried again", async () => {
    let reason: unknown;
    const work = job("stop.aborts", {
      retryLimit: 1,
      run: (_ctx, _payload, signal) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            reason = signal.reason;
            resolve();
          });
        }),
    });
    const process = await run(work, {});
    await eventually("the start", async () => (await installation.states("stop.aborts"))["active"]);
    await process.stop(200);
    expect(String(reason)).toContain("shutting down");
    expect(await installation.states("stop.aborts")).toEqual({ retry: 1 });
  });
});
