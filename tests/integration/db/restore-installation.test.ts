import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { logLayout, mainLayout } from "#platform/db/layout";
import { migrate } from "#platform/db/migrate";
import { migrateToSnapshot } from "#platform/db/migrate-to-snapshot";
import { restoreSnapshot } from "#platform/db/restore";
import { takeSnapshot } from "#platform/db/snapshot";
import { migrateJobs } from "#platform/jobs/migrate-jobs";
import { pauseRestoredJobs } from "#platform/jobs/restored-jobs";
import { systemClock } from "#platform/kernel/clock";
import { job, registryOf } from "../../support/job-installation.ts";
import { moduleSchemas } from "../../support/module-schemas.ts";
import { hasServerPrograms, startServerPostgres } from "../../support/server-postgres.ts";
import { type ClonedDatabase, cloneDatabase } from "../../support/test-database.ts";
import { testRoleNames } from "../../support/test-templates.ts";

const base = mkdtempSync(join(tmpdir(), "ft-restore-"));
const clones: ClonedDatabase[] = [];
const clients: Sql[] = [];

async function clone(kind: "main" | "log" | "blank") {
  const database = await cloneDatabase(kind);
  clones.push(database);
  const connection = parseConnection(database.ownerUrl);
  const sql = postgres({ ...postgresJsOptions(connection), max: 1, onnotice() {} });
  clients.push(sql);
  return { connection, sql };
}
type Clone = Awaited<ReturnType<typeof clone>>;

afterAll(async () => {
  await Promise.all(clients.map((sql) => sql.end({ timeout: 1 })));
  await Promise.all(clones.map((database) => database.close()));
  rmSync(base, { recursive: true, force: true });
}, 60_000);

const layout = mainLayout(moduleSchemas);
const { queues } = registryOf({
  jobs: [job("shop.send_mail", { onRestore: "drop" }), job("shop.refresh")],
});
const roles = testRoleNames;
const migrateLibraries = (owner: Parameters<typeof migrateJobs>[0]) =>
  migrateJobs(owner, queues(), roles.app);

let source: Clone;
let target: Clone;
beforeAll(async () => {
  source = await clone("main");
  await migrateJobs(source.sql, queues(), roles.app);
  await source.sql`insert into pgboss.job (name, state, data, dead_letter)
    select queue, state::pgboss.job_state, jsonb_build_object('was', state), queue || '.dead'
    from unnest(array['shop.send_mail', 'shop.refresh']) queue,
      unnest(array['created', 'retry', 'active', 'completed', 'cancelled', 'failed']) state`;
  await source.sql`insert into pgboss.job (name, data) values ('shop.refresh.dead', '{"was": "dead"}')`;
  await source.sql`insert into platform.idempotency_keys
    values ('s', 'k', 'f', 'o', 'r', true, '{"b": 1,  "a": 2}', '2026-01-02 03:04:05.678Z')`;
  const directory = join(base, "main");
  await takeSnapshot(source.connection, directory);
  target = await clone("blank");
  await restoreSnapshot(directory, target.connection, {
    migrateTo: migrateToSnapshot({
      connection: target.connection,
      layout,
      migrateLibraries: (owner) => migrateJobs(owner, [], null),
    }),
    afterLoad: (transaction) => pauseRestoredJobs(transaction, queues(), systemClock.now()),
  });
  await migrate({ connection: target.connection, layout, roles, migrateLibraries });
}, 60_000);

test("a whole installation comes back: every table that modules declare, with the same rows", async () => {
  for (const schema of layout.schemas)
    for (const table of Object.keys(schema.tables)) {
      if (table === "job_control") continue;
      const text = `select to_jsonb(t)::text as row from ${schema.name}.${table} t order by 1`;
      expect([table, await target.sql.unsafe(text)]).toEqual([
        table,
        await source.sql.unsafe(text),
      ]);
    }
});

test("migrating on afterwards finds nothing to do, and grants what the roles need", async () => {
  const applied = (sql: Sql) => sql`select hash, created_at from drizzle.platform order by 2`;
  expect(await applied(target.sql)).toEqual(await applied(source.sql));
  const [row] = await target.sql<{ may: boolean }[]>`
    select has_table_privilege(${roles.app}, 'platform.idempotency_keys', 'insert') as may`;
  expect(row?.may).toBe(true);
});

test("waiting jobs are kept, finished ones and those of dropped queues are not, and nobody works yet", async () => {
  const rows = await target.sql<{ name: string; was: string; state: string }[]>`
    select name, data ->> 'was' as was, state::text from pgboss.job order by 1, 2`;
  expect([...rows]).toEqual([
    { name: "shop.refresh", was: "active", state: "created" },
    { name: "shop.refresh", was: "created", state: "created" },
    { name: "shop.refresh", was: "retry", state: "retry" },
    { name: "shop.refresh.dead", was: "dead", state: "created" },
  ]);
  const [control] = await target.sql`select paused, reason from platform.job_control`;
  expect(control).toEqual({ paused: true, reason: "restored from a snapshot" });
});

test.if(hasServerPrograms)(
  "a server of another major release takes it as well",
  async () => {
    const server = await startServerPostgres();
    const connection = server.settings;
    await restoreSnapshot(join(base, "main"), connection, {
      migrateTo: migrateToSnapshot({
        connection,
        layout,
        migrateLibraries: (owner) => migrateJobs(owner, [], null),
      }),
    });
    const sql = postgres({ ...postgresJsOptions(connection), max: 1 });
    expect(await sql`select scope from platform.idempotency_keys`).toHaveLength(1);
    await sql.end();
    await server.stop();
  },
  30_000,
);

test("LogDB comes back too", async () => {
  const log = await clone("log");
  const directory = join(base, "log");
  await takeSnapshot(log.connection, directory);
  const empty = await clone("blank");
  await restoreSnapshot(directory, empty.connection, {
    migrateTo: migrateToSnapshot({ connection: empty.connection, layout: logLayout }),
  });
  await migrate({ connection: empty.connection, layout: logLayout, roles });
});

test("rows pass through in small pieces, whatever their number", async () => {
  const table = "create schema big; create table big.t (n int, filler text)";
  const from = await clone("blank");
  const to = await clone("blank");
  await from.sql.unsafe(table);
  await from.sql`insert into big.t select n, repeat(md5(n::text), 30) from generate_series(1, 160000) n`;
  const directory = join(base, "big");
  Bun.gc(true);
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  const { tables } = await takeSnapshot(from.connection, directory);
  await restoreSnapshot(directory, to.connection, {
    migrateTo: async () => void (await to.sql.unsafe(table)),
  });
  clearInterval(sampler);
  const mebibyte = 1024 * 1024;
  expect(tables[0]?.sizeBytes).toBeGreaterThan(140 * mebibyte);
  expect((peak - before) / mebibyte).toBeLessThan(110);
}, 60_000);
