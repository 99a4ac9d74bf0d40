import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { newIdentity } from "#platform/age/identities";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { identityFile } from "../../support/age-program.ts";
import { spawnMain } from "../../support/main-process.ts";
import { openS3Server, s3Environment } from "../../support/s3-server.ts";
import {
  endServerProcesses,
  freshDataDir,
  runMain,
  startServerProcess,
} from "../../support/server-process.ts";
import { blankDatabases } from "../../support/snapshot-installation.ts";
import { closeDatabases } from "../../support/test-app.ts";

const dataDirs: string[] = [];
const newDataDir = () => {
  const directory = freshDataDir();
  dataDirs.push(directory);
  return directory;
};
const backupsIn = (dataDir: string) =>
  readdirSync(join(dataDir, "backups")).filter((name) => name.endsWith(".age"));

let identity: string;
let otherIdentity: string;
let variables: Record<string, string>;
beforeAll(async () => {
  const keys = [await newIdentity(), await newIdentity()] as const;
  const DATA_DIR = newDataDir();
  identity = await identityFile(newDataDir(), keys[0].identity);
  otherIdentity = await identityFile(newDataDir(), keys[1].identity);
  variables = { DATA_DIR, BACKUP_RECIPIENTS: keys[0].recipient, BACKUP_LOG_DATABASE: "on" };
});
afterEach(endServerProcesses);
afterAll(() => {
  for (const directory of dataDirs) rmSync(directory, { recursive: true, force: true });
});

test("a backup beside a running server is restored elsewhere, where the audit trail goes on", async () => {
  const server = await startServerProcess(variables);
  const registration = await fetch(`${server.url}/v1/auth/registrations`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      ...{ email: "ada@example.org", password: "violet tractor sings at noon" },
      ...{ displayName: "Ada", locale: "en", timeZone: "UTC", baseCurrency: "EUR" },
      termsVersion: "2026-11-01",
    }),
  });
  expect(registration.status).toBeLessThan(500);
  const made = await runMain(["backup"], variables);
  expect([made.code, made.output]).toEqual([
    0,
    expect.stringMatching(/\.tar\.zst\.age: \d+ tables/),
  ]);
  expect(made.output).not.toContain("NOT ENCRYPTED");

  const target = newDataDir();
  mkdirSync(join(target, "keys"), { recursive: true, mode: 0o700 });
  copyFileSync(
    join(variables["DATA_DIR"] ?? "", "keys", "keyring.json"),
    join(target, "keys", "keyring.json"),
  );
  const [name = ""] = backupsIn(variables["DATA_DIR"] ?? "");
  const file = join(variables["DATA_DIR"] ?? "", "backups", name);
  const elsewhere = { ...variables, DATA_DIR: target };
  const without = await runMain(["restore", file], elsewhere);
  expect([without.code, without.output]).toEqual([1, expect.stringContaining("--identity")]);
  const restored = await runMain(["restore", file, "--identity", identity], elsewhere);
  expect([restored.code, restored.output]).toEqual([0, expect.stringContaining("restored ")]);
  expect(restored.output).toMatch(/audit trail: resumed after: MainDB is another cluster/);
  const again = await runMain(["restore", file, "--identity", identity], elsewhere);
  expect([again.code, again.output]).toEqual([1, expect.stringContaining("not empty")]);

  const second = await startServerProcess(elsewhere);
  await second.line(/paused/);
  const verified = await runMain(["audit:verify"], elsewhere);
  expect([0, 2]).toContain(verified.code ?? 1);
  expect(verified.output).toMatch(/1 epochs, 1 gaps/);
}, 300_000);

test("a backup fills databases of other servers by their owners' addresses, for the roles that are there", async () => {
  const databases = await blankDatabases();
  const [name = ""] = backupsIn(variables["DATA_DIR"] ?? "");
  const asTheApp = await runMain(
    ["restore", name, "--identity", identity, "--to", databases.main.appUrl],
    variables,
  );
  expect([asTheApp.code, asTheApp.output]).toEqual([
    1,
    expect.stringContaining("may not make schemas"),
  ]);
  expect(asTheApp.output).not.toMatch(/^ {4}at /m);
  const restored = await runMain(
    [
      ...["restore", name, "--identity", identity],
      ...["--to", databases.main.ownerUrl, "--log-to", databases.log.ownerUrl],
    ],
    variables,
  );
  expect([restored.code, restored.output]).toEqual([0, expect.stringContaining("restored ")]);
  expect(restored.output).toContain("rows: every table of MainDB and LogDB has as many as it had");
  expect(restored.output).toContain("audit trail: run audit:resume");
  const app = postgres({ ...postgresJsOptions(parseConnection(databases.main.appUrl)), max: 1 });
  expect(await app`select paused from platform.job_control`).toEqual([{ paused: true }] as never);
  await app.end();
  await closeDatabases(databases);
}, 300_000);

test("a drill restores the newest backup beside the server, and says what does not hold", async () => {
  const passed = await runMain(["backup:drill", "--identity", identity], variables);
  expect([passed.code, passed.output]).toEqual([0, expect.stringMatching(/passed in/)]);
  for (const line of ["ok   checksum", "ok   rows", "ok   ledger:verify", "ok   audit:verify"])
    expect(passed.output).toContain(line);
  const failed = await runMain(["backup:drill", "--identity", otherIdentity], variables);
  expect([failed.code, failed.output]).toEqual([
    1,
    expect.stringContaining("FAILED: The backup is encrypted to somebody else"),
  ]);
  const left = readdirSync(variables["DATA_DIR"] ?? "").filter((name) => name.startsWith("drill-"));
  expect(left).toEqual([]);
}, 300_000);

test("a drill takes databases that are there, its identity by standard input, and is noted from elsewhere", async () => {
  const databases = await blankDatabases();
  const [name = ""] = backupsIn(variables["DATA_DIR"] ?? "");
  const to = ["--to", databases.main.ownerUrl, "--log-to", databases.log.ownerUrl];
  const half = await runMain(["backup:drill", ...to.slice(0, 2)], variables);
  expect([half.code, half.output]).toEqual([64, expect.stringContaining("--log-to")]);
  const passed = await runMain(
    ["backup:drill", "--identity", "-", ...to],
    variables,
    readFileSync(identity, "utf8"),
  );
  expect([passed.code, passed.output]).toEqual([0, expect.stringMatching(/passed in/)]);
  expect(passed.output).toContain(`backup:drilled ${name}`);
  await closeDatabases(databases);
  const noted = await runMain(["backup:drilled", name], variables);
  expect([noted.code, noted.output]).toEqual([0, `noted: ${name} was restored elsewhere`]);
  const none = await runMain(["backup:drilled", "fintrack-nothing"], variables);
  expect([none.code, none.output]).toEqual([1, expect.stringContaining("There is no backup")]);
}, 300_000);

test("from a bucket, files go back into the bucket of the installation", async () => {
  const server = await openS3Server();
  const s3 = await server.openBuckets();
  await server.createBucket("backups");
  const withS3 = { ...variables, ...s3Environment(s3), BACKUP_S3_BUCKET: "backups" };
  await server.request("PUT", `/${s3.bucket}/reports/one`, "a report");
  const made = await runMain(["backup"], { ...withS3, BACKUP_OBJECTS: "on" });
  const name = /^\S+-log-objects\.tar\.zst\.age/m.exec(made.output)?.[0] ?? made.output;
  await server.request("DELETE", `/${s3.bucket}/reports/one`);
  const databases = await blankDatabases();
  const restored = await runMain(
    [
      ...["restore", name, "--identity", identity],
      ...["--to", databases.main.ownerUrl, "--log-to", databases.log.ownerUrl],
    ],
    withS3,
  );
  expect([restored.code, restored.output]).toEqual([0, expect.stringContaining("restored ")]);
  expect(restored.output).toContain(`files: 1 are back in bucket ${s3.bucket}`);
  const back = await server.request("GET", `/${s3.bucket}/reports/one`);
  expect([back.status, await back.text()]).toEqual([200, "a report"]);
  await closeDatabases(databases);
  await server.close();
}, 300_000);

test("by schedule the day's backup is made at once when it is missing, and the process ends when told", async () => {
  const fresh = { ...variables, DATA_DIR: newDataDir() };
  const scheduled = spawnMain(["backup:schedule"], { RATES_REFRESH: "off", ...fresh });
  await scheduled.line(/\.tar\.zst\.age: \d+ tables/);
  scheduled.kill("SIGTERM");
  expect(await scheduled.ended).toBe(0);
  expect(scheduled.lines().at(-1)).toStartWith("stopped at ");
  expect(backupsIn(fresh.DATA_DIR)).toHaveLength(1);
}, 300_000);
