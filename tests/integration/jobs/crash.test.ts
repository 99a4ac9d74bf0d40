import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import {
  type JobInstallation,
  type JobProcess,
  job,
  openJobInstallation,
  registryOf,
} from "../../support/job-installation.ts";

let installation: JobInstallation;
let sender: JobProcess;
const children: Bun.Subprocess[] = [];

beforeAll(async () => {
  installation = await openJobInstallation();
  await installation.sql.unsafe(`
    create schema probe;
    create table probe.runs (id text, what text, pid int, request_id text, at timestamptz default clock_timestamp());
    grant usage on schema probe to public; grant insert on probe.runs to public`);
  const registry = registryOf({ jobs: [job("sample.slow", { retryLimit: 3 })] });
  sender = await installation.startProcess(registry, { role: "api" });
  // A worker that is silent for six seconds counts as dead; half a minute is the rule.
  await installation.sql`update pgboss.queue set heartbeat_seconds = 6 where name = 'sample.slow'`;
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await installation.close();
});

async function startChild() {
  const child = Bun.spawn([process.execPath, "tests/support/job-child.ts"], {
    cwd: `${import.meta.dir}/../../..`,
    env: { ...Bun.env, JOB_CONNECTION: JSON.stringify(installation.app) },
    stdout: "pipe",
    stderr: "inherit",
  });
  children.push(child);
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  expect(new TextDecoder().decode(value)).toContain("working");
  /** Resolves once it takes no more jobs. */
  const draining = async () =>
    expect(new TextDecoder().decode((await reader.read()).value)).toContain("draining");
  return Object.assign(child, { draining });
}

const notes = async (id: string) =>
  (
    await installation.sql<{ what: string; pid: number; request_id: string }[]>`
      select what, pid, request_id from probe.runs where id = ${id} order by at`
  ).map((row) => ({ ...row }));

describe("a worker process", () => {
  test("that is killed in the middle of a job leaves it to another, which completes it", async () => {
    const first = await startChild();
    await sender.sendNow("sample.slow", { id: "killed", ms: 1_500 });
    await eventually("the start", async () => (await notes("killed")).length === 1);
    first.kill("SIGKILL");
    await first.exited;
    const second = await startChild();
    await eventually("the end", async () => (await notes("killed")).at(-1)?.what === "finished");
    const [lost, ...rest] = await notes("killed");
    expect(lost).toMatchObject({ what: "started", pid: first.pid });
    expect(rest.map(({ what, pid }) => [what, pid])).toEqual([
      ["started", second.pid],
      ["finished", second.pid],
    ]);
    // The same job: whoever reads the trail finds both tries under one request id.
    expect(new Set([lost, ...rest].map((note) => note?.request_id)).size).toBe(1);
    await eventually(
      "completion",
      async () => (await installation.states("sample.slow"))["completed"],
    );
    second.kill("SIGKILL");
    await second.exited;
  });

  test("that gets SIGTERM ends its job, takes no other and exits with 0", async () => {
    const child = await startChild();
    await sender.sendNow("sample.slow", { id: "drained", ms: 1_500 });
    await eventually("the start", async () => (await notes("drained")).length === 1);
    child.kill("SIGTERM");
    await child.draining();
    await sender.sendNow("sample.slow", { id: "left", ms: 0 });
    expect(await child.exited).toBe(0);
    expect((await notes("drained")).map(({ what }) => what)).toEqual(["started", "finished"]);
    expect(await notes("left")).toEqual([]);
    expect(await installation.states("sample.slow")).toEqual({ completed: 2, created: 1 });
  });
});
