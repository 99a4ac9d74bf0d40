import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { freePort } from "../../support/free-port.ts";
import { databaseVariables } from "../../support/main-process.ts";
import {
  endServerProcesses,
  freshDataDir,
  runMain,
  startServerProcess,
} from "../../support/server-process.ts";
import { cloneDatabases, closeDatabases, type TestDatabases } from "../../support/test-app.ts";

let databases: TestDatabases;
let variables: Record<string, string>;
const DATA_DIR = freshDataDir();
beforeAll(async () => {
  databases = await cloneDatabases();
  variables = {
    ...databaseVariables(databases),
    ...{ DATA_DIR, ROLE: "api", BACKUP_LOG_DATABASE: "off" },
    LOG_DATABASE_URL: `postgres://fintrack_app:x@127.0.0.1:${freePort()}/log`,
  };
}, 60_000);
afterEach(endServerProcesses);
afterAll(async () => {
  await closeDatabases(databases);
  rmSync(DATA_DIR, { recursive: true, force: true });
});

test("without LogDB a process that does not relay starts, serves, and says what is missing", async () => {
  const server = await startServerProcess(variables);
  const ready = await fetch(`${server.url}/health/ready`);
  const { status, checks } = (await ready.json()) as {
    status: string;
    checks: { name: string; status: string }[];
  };
  expect([ready.status, status]).toEqual([200, "ready"]);
  expect(checks.filter((check) => check.status !== "ok").map(({ name }) => name)).toEqual([
    "log database",
  ]);
  const signIn = await fetch(`${server.url}/v1/auth/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "nobody@example.org", password: "violet tractor at noon" }),
  });
  expect(signIn.status).toBe(401);
}, 120_000);

test("commands that need MainDB alone run, and the others say in plain words what they lack", async () => {
  for (const [args, code, said] of [
    [["ledger:verify"], 0, "no differences"],
    [["jobs:redrive"], 0, "No job failed for good."],
    [["plan:grant", "nobody@example.org", "plus", "3", "why"], 1, "Nobody has this address."],
    [["backup"], 0, "tables"],
  ] as const) {
    const ran = await runMain(args, variables);
    expect([args[0], ran.code, ran.output]).toEqual([args[0], code, expect.stringContaining(said)]);
  }
  for (const args of [["audit:verify"], ["migrate"]]) {
    const ran = await runMain(args, variables);
    expect(ran.code).not.toBe(0);
    expect(ran.output).toContain("nothing listens there");
  }
  const backup = await runMain(["backup"], { ...variables, BACKUP_LOG_DATABASE: "on" });
  expect([backup.code, backup.output]).toEqual([
    1,
    expect.stringContaining("nothing listens there"),
  ]);
}, 120_000);

test("a process that migrates LogDB does not start without", async () => {
  const started = await runMain([], {
    ...variables,
    DATABASE_MIGRATE_URL: databases.main.ownerUrl,
    LOG_DATABASE_MIGRATE_URL: variables["LOG_DATABASE_URL"] ?? "",
  });
  expect([started.code, started.output]).toEqual([
    1,
    expect.stringContaining("nothing listens there"),
  ]);
}, 60_000);
