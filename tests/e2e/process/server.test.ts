import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import {
  endServerProcesses,
  freshDataDir,
  runMain,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";

const dataDirs: string[] = [];
const newDataDir = () => {
  const directory = freshDataDir();
  dataDirs.push(directory);
  return directory;
};
function end(server: ServerProcess, signal: NodeJS.Signals): Promise<number | null> {
  server.kill(signal);
  return server.ended;
}
afterEach(endServerProcesses);
afterAll(() => {
  for (const directory of dataDirs) rmSync(directory, { recursive: true, force: true });
});

const postmasterPid = (dataDir: string) =>
  Number(readFileSync(join(dataDir, "postgres", "postmaster.pid"), "utf8").split("\n")[0]);
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
};
/** It takes its files away a moment before it is gone. */
const hasEnded = (pid: number) => eventually(`process ${pid} has ended`, () => !isAlive(pid));
const convert = async (url: string) =>
  (await fetch(`${url}/v1/conversions?from=EUR&to=USD&amount=1.00`)).json() as Promise<{
    rate: string;
  }>;

describe("a first start without any configuration", () => {
  test("converts, says where everything is, and leaves nothing running after SIGTERM", async () => {
    const dataDir = newDataDir();
    const server = await startServerProcess({ DATA_DIR: dataDir });
    expect((await convert(server.url)).rate).toMatch(/^1\.\d+$/);
    expect(server.lines().join("\n")).toContain(`${server.url}/v1`);
    expect(server.lines().join("\n")).toContain(`${server.url}/docs`);
    expect(server.lines().join("\n")).toContain(dataDir);
    const postgres = postmasterPid(dataDir);
    expect(isAlive(postgres)).toBe(true);
    expect(await end(server, "SIGTERM")).toBe(0);
    await hasEnded(postgres);
  }, 300_000);
});

describe("what was killed comes back", () => {
  test("after kill -9 of the server the next start attaches to the PostgreSQL it left running", async () => {
    const dataDir = newDataDir();
    const first = await startServerProcess({ DATA_DIR: dataDir });
    const before = await convert(first.url);
    await end(first, "SIGKILL");
    const postgres = postmasterPid(dataDir);
    expect(isAlive(postgres)).toBe(true);
    const second = await startServerProcess({ DATA_DIR: dataDir });
    expect(postmasterPid(dataDir)).toBe(postgres);
    expect((await convert(second.url)).rate).toBe(before.rate);
    await end(second, "SIGTERM");
    await hasEnded(postgres);
  }, 300_000);

  test("after kill -9 of PostgreSQL the server recovers by itself, and answers from memory meanwhile", async () => {
    const dataDir = newDataDir();
    const server = await startServerProcess({ DATA_DIR: dataDir });
    process.kill(postmasterPid(dataDir), "SIGKILL");
    expect((await convert(server.url)).rate).toMatch(/^1\.\d+$/);
    const past = `${server.url}/v1/conversions?from=EUR&to=USD&amount=1.00&at=2026-10-01T00:00:00Z`;
    await eventually("the past can be asked again", async () => (await fetch(past)).ok, 120_000);
    await eventually(
      "ready again",
      async () => (await fetch(`${server.url}/health/ready`)).ok,
      120_000,
    );
  }, 300_000);
});

test("two servers never share a data directory", async () => {
  const dataDir = newDataDir();
  const server = await startServerProcess({ DATA_DIR: dataDir });
  const second = await runMain([], { DATA_DIR: dataDir, PORT: `${freePort()}` });
  expect(second.code).toBe(1);
  expect(second.output).toContain(`${server.pid}`);
  expect(second.output).not.toContain("    at ");
  expect((await fetch(`${server.url}/health/ready`)).ok).toBe(true);
}, 300_000);

test("a taken port ends the start with one sentence and leaves no PostgreSQL behind", async () => {
  const taken = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const dataDir = newDataDir();
  const { code, output } = await runMain([], { DATA_DIR: dataDir, PORT: `${taken.port}` });
  await taken.stop(true);
  expect(code).toBe(1);
  expect(output).toContain(`${taken.port}`);
  expect(output).not.toContain("    at ");
  expect(() => postmasterPid(dataDir)).toThrow();
}, 300_000);

test("a start with bad variables lists every one of them and shows no value", async () => {
  const { code, output } = await runMain([], {
    PORT: "hunter2",
    LOG_LEVEL: "hunter2",
    DATABASE_URL: "hunter2",
    RATES_PROVIDERS: "hunter2",
    METRICS_TOKEN: "hunter2",
  });
  expect(code).toBe(1);
  for (const name of ["PORT", "LOG_LEVEL", "DATABASE_URL", "RATES_PROVIDERS", "METRICS_TOKEN"])
    expect(output).toContain(name);
  expect(output).not.toContain("hunter2");
});

test("an unknown command says which there are", async () => {
  const dataDir = newDataDir();
  const { code, output } = await runMain(["rates:improt"], { DATA_DIR: dataDir });
  expect(code).toBe(64);
  expect(output).toContain("rates:import");
  expect(() => postmasterPid(dataDir)).toThrow();
}, 300_000);

test("requests in flight are finished before the end", async () => {
  const dataDir = newDataDir();
  const server = await startServerProcess({ DATA_DIR: dataDir });
  const answers = Array.from({ length: 20 }, () =>
    fetch(`${server.url}/v1/rates/history?base=EUR&quote=USD&from=2026-09-01&to=2026-11-01`),
  );
  await Bun.sleep(5);
  const ended = end(server, "SIGTERM");
  const statuses = (await Promise.allSettled(answers)).map((answer) =>
    answer.status === "fulfilled" ? answer.value.status : "refused",
  );
  // Whoever was let in got an answer; nobody was cut off half-way with a 5xx.
  expect(statuses.filter((status) => status !== 200 && status !== "refused")).toEqual([]);
  expect(await ended).toBe(0);
}, 300_000);

test("metrics are served on a port of their own, for whoever has the token", async () => {
  const metricsPort = freePort();
  const token = "a token of enough length";
  const server = await startServerProcess({
    DATA_DIR: newDataDir(),
    METRICS_PORT: `${metricsPort}`,
    METRICS_TOKEN: token,
  });
  await convert(server.url);
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
  const metrics = `http://localhost:${metricsPort}/metrics`;
  expect((await fetch(metrics)).status).toBe(401);
  const text = await (
    await fetch(metrics, { headers: { authorization: `Bearer ${token}` } })
  ).text();
  for (const name of [
    'fintrack_http_request_duration_seconds_count{method="GET",route="/v1/conversions",status="200"} 1',
    "fintrack_db_pool_connections",
    "fintrack_rates_age_seconds",
    "fintrack_rates_refresh_enabled 0",
    "fintrack_build_info",
  ])
    expect(text).toContain(name);
}, 300_000);
