import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const runbook = await Bun.file(`${import.meta.dir}/../../../docs/runbook.md`).text();

/** What the shorthands `main` and `log` are given, line breaks of the text taken out. */
const statements = [...runbook.matchAll(/`(main|log) (-c [^`]+)`/g)].flatMap(
  ([, database = "", args = ""]) =>
    [...args.replaceAll(/\s+/g, " ").matchAll(/-c "([^"]+)"/g)].map(([, sql = ""]) => ({
      database,
      sql,
    })),
);

const open = (url: string, database?: string) =>
  postgres({
    ...postgresJsOptions({ ...parseConnection(url), ...(database ? { database } : {}) }),
    ...{ max: 1, onnotice: () => {} },
  });

let api: TestApp;
let sessions: Record<string, postgres.Sql>;
beforeAll(async () => {
  api = await openTestApp();
  const { main, log } = api.databases;
  sessions = { main: open(main.url("launcher")), log: open(log.url("launcher")) };
  // As a restore leaves it.
  await sessions["main"]?.unsafe("create database main_before");
  const old = open(main.url("launcher"), "main_before");
  await old`select pg_create_logical_replication_slot('fintrack_of_main_before', 'pgoutput')`;
  await old.end();
}, 60_000);
afterAll(async () => {
  await sessions["main"]?.unsafe("alter system reset max_slot_wal_keep_size");
  await sessions["main"]?.unsafe("select pg_reload_conf()");
  for (const session of Object.values(sessions)) await session.end();
  await api.close();
});

describe("the statements of the runbook", () => {
  test("are found", () => {
    expect(statements.length).toBeGreaterThan(5);
    expect(new Set(statements.map(({ database }) => database))).toEqual(new Set(["main", "log"]));
  });

  for (const { database, sql } of statements)
    test(`${database}: ${sql}`, async () => {
      await sessions[database]?.unsafe(sql); // throws when PostgreSQL does not understand it
    });

  test("leave nothing of the database before, its replication slot neither", async () => {
    const main = sessions["main"];
    expect(await main?.unsafe("select 1 from pg_database where datname = 'main_before'")).toEqual(
      expect.objectContaining({ length: 0 }),
    );
    expect(
      await main?.unsafe(
        "select 1 from pg_replication_slots where slot_name = 'fintrack_of_main_before'",
      ),
    ).toEqual(expect.objectContaining({ length: 0 }));
  });
});
