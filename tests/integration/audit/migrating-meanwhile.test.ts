import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { postgresJsOptions } from "#platform/db/connection";
import { ensureRolesAndDatabases } from "#platform/db/embedded-roles";
import { logLayout } from "#platform/db/layout";
import { migrate } from "#platform/db/migrate";
import { migrateJobs } from "#platform/jobs/migrate-jobs";
import {
  type AuditInstallation,
  auditedLayout,
  openAuditInstallation,
} from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { testRoleNames } from "../../support/test-templates.ts";
import { expectComplete, seeded, writeWildly } from "../../support/wild-writes.ts";

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await openAuditInstallation();
}, 60_000);
afterAll(() => installation.close(), 60_000);

/** As each server does that starts beside the running ones. */
async function migrateAll(): Promise<void> {
  const of = (database: "main" | "log") => ({
    connection: installation.at("owner", database),
    roles: testRoleNames,
  });
  await migrate({ ...of("main"), layout: auditedLayout });
  await migrate({ ...of("log"), layout: logLayout });
}

/** Asks again and again until it is told to stop; gives what went wrong then. */
function asking(role: "app" | "relay" | "reader", database: "main" | "log", query: string) {
  const sql = postgres({ ...postgresJsOptions(installation.at(role, database)), max: 1 });
  const failures = new Set<string>();
  let isOver = false;
  let asked = 0;
  const running = (async () => {
    for (; !isOver; asked += 1)
      await sql.unsafe(query).catch((error: Error) => failures.add(`${role}: ${error.message}`));
    await sql.end();
  })();
  return {
    asked: () => asked,
    async stop() {
      isOver = true;
      await running;
      return [...failures];
    },
  };
}

test("a server that starts and has nothing to migrate leaves nothing in the trail", async () => {
  const relay = installation.startRelay();
  await relay.settled(10_000);
  const migrateWithJobs = () =>
    migrate({
      ...{
        connection: installation.at("owner", "main"),
        layout: auditedLayout,
        roles: testRoleNames,
      },
      migrateLibraries: (owner) => migrateJobs(owner, [], testRoleNames.app),
    });
  const marked = async (name: string) => {
    await installation.main.unsafe(`create table till.${name} (); drop table till.${name}`);
    await eventually(
      "it is told",
      async () =>
        (
          await installation.entries(`kind = 'ddl' and content like '%DROP TABLE%${name}%'
        or kind = 'ddl' and content like '%${name}%DROP TABLE%'`)
        )[0],
    );
    return installation.entries("kind = 'ddl'");
  };
  const ensureRoles = () =>
    ensureRolesAndDatabases(
      async (database, work) => {
        const connection = { ...installation.launcher("main"), database };
        const sql = postgres({ ...postgresJsOptions(connection), max: 1, onnotice: () => {} });
        try {
          return await work(sql);
        } finally {
          await sql.end();
        }
      },
      JSON.parse(readFileSync(join(installation.dataDir, "keys", "postgres.json"), "utf8")),
    );
  await ensureRoles();
  await migrateWithJobs();
  const before = await marked("before");
  expect(before.length).toBeGreaterThan(3); // what the jobs' tables needed
  await ensureRoles();
  await migrateWithJobs();
  await migrateWithJobs();
  const after = await marked("after");
  expect(after.slice(before.length).map(({ data }) => data["tag"])).toEqual([
    "CREATE TABLE",
    "DROP TABLE",
  ]);
  await relay.close();
}, 60_000);

test("a server that starts and migrates takes no privilege from those that run, not even for a moment", async () => {
  const relay = installation.startRelay();
  await relay.settled(10_000);
  const askers = [
    asking("relay", "log", "select seq from audit.entries limit 1"),
    asking("reader", "log", "select seq from audit.entries limit 1"),
    asking("app", "log", "select seq from audit.entries limit 1"),
    asking("app", "main", "update till.accounts set balance = 0 where false"),
  ];
  const writing = writeWildly(installation.database, seeded(51));
  const isAskedTooSeldom = () => askers.some(({ asked }) => asked() <= 20);
  for (let n = 0; n < 5 || isAskedTooSeldom(); n += 1) await migrateAll();
  await writing;
  for (const { stop } of askers) expect(await stop()).toEqual([]);
  expect(installation.logLines().filter(({ msg }) => /waits for its/.test(String(msg)))).toEqual(
    [],
  );
  await expectComplete(installation);
  await relay.close();
}, 60_000);

test("what a role had beyond its privileges is taken away nevertheless", async () => {
  const { log } = installation;
  await log`grant update on audit.entries to fintrack_relay`;
  const mayUpdate = async () =>
    (
      await log`select has_table_privilege('fintrack_relay', 'audit.entries', 'update') as may`
    )[0]?.["may"];
  expect(await mayUpdate()).toBe(true);
  await migrateAll();
  expect(await mayUpdate()).toBe(false);
}, 60_000);
