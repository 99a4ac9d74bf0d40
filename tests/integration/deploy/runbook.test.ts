import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { YAML } from "bun";
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

/** The statements that put an empty database in the place of the old one. */
const restore = runbook.slice(runbook.indexOf("## Restore"), runbook.indexOf("## Keys"));
const exchange = [...restore.matchAll(/--command=(?:'([^']+)'|"([^"]+)")/g)].map(
  ([, single, double]) => single ?? double ?? "",
);

describe("the restore of the runbook", () => {
  test("exchanges the database though somebody is connected and comes back at once", async () => {
    expect(exchange.length).toBeGreaterThan(3);
    const name = `runbook_${process.pid}`;
    const { main } = api.databases;
    const admin = sessions["main"];
    await admin?.unsafe(`create database ${name}`);
    const exporter = open(main.url("launcher"), name);
    await exporter`select 1`;
    try {
      for (const sql of exchange)
        await admin?.unsafe(sql.replaceAll(/\bmain(_before)?\b/g, `${name}$1`));
      const found = await exporter`select current_database() as name,
        (select count(*)::int from pg_class where relnamespace = 'public'::regnamespace) as tables`;
      expect(found.map((row) => ({ ...row }))).toEqual([{ name, tables: 0 }]);
    } finally {
      await exporter.end();
      for (const one of [name, `${name}_before`])
        await admin?.unsafe(`drop database if exists ${one} with (force)`);
    }
  });
});

describe("the commands of the runbook", () => {
  const compose = YAML.parse(
    readFileSync(`${import.meta.dir}/../../../docker-compose.yml`, "utf8"),
  ) as { readonly services: Record<string, { readonly entrypoint?: readonly string[] }> };

  test("name services that there are, and commands that they know", () => {
    const help = Bun.spawnSync([process.execPath, "--no-env-file", "src/main.ts", "--help"], {
      cwd: `${import.meta.dir}/../../..`,
    }).stdout.toString();
    const known = [...help.matchAll(/^ {2}(\S+) /gm)].map(([, name = ""]) => name);
    const runs = [...runbook.matchAll(/docker compose run --rm(?: -T)? (\w+)\s([^\s`]+)/g)];
    expect(runs.length).toBeGreaterThan(8);
    for (const [, service = "", word = ""] of runs) {
      if (service === "migrate" || word === "<command>") continue;
      const found = compose.services[service];
      expect([service, found !== undefined]).toEqual([service, true]);
      const command = found?.entrypoint?.[3] ?? word;
      expect(known).toContain(command);
    }
  });

  test("find the lines of a log that fail among those of a start", () => {
    const [, program = ""] = /jq -R '([^']+)'/.exec(runbook) ?? [];
    const found = Bun.spawnSync(["jq", "-R", "-c", program], {
      stdin: Buffer.from(
        'FinTrack production is ready\n{"status":200}\n{"status":503,"requestId":"r"}\n',
      ),
    });
    expect([found.exitCode, found.stdout.toString()]).toEqual([
      0,
      '{"status":503,"requestId":"r"}\n',
    ]);
  });
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
