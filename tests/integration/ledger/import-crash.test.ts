import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { eventually } from "../../support/eventually.ts";
import { csvOf, type Importer, importer } from "../../support/imports.ts";
import { faultsOf } from "../../support/ledger.ts";
import { databaseVariables } from "../../support/main-process.ts";
import {
  endServerProcesses,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";
import { createTestClock, openTestApp, type TestApp } from "../../support/test-app.ts";

/** Three batches of those that are stored at a time. */
const rows = 6_000;
const timeoutMs = 180_000;
const file = csvOf(
  Array.from({ length: rows }, (_, index) => [
    new Date(Date.UTC(2020, 0, 1 + (index % 2000))).toISOString().slice(0, 10),
    `-${index % 900}.${String(1 + (index % 99)).padStart(2, "0")}`,
    `Payee ${index % 300}`,
    `Reference ${index}`,
  ]),
);

let api: TestApp;
let user: Importer;
let owner: postgres.Sql;
const dataDirs: string[] = [];
beforeAll(async () => {
  // The time of the other processes, whose jobs would take what is of another year for expired.
  api = await openTestApp({ clock: createTestClock(new Date().toISOString()) });
  user = await importer(api);
  const connection = postgresJsOptions(parseConnection(api.databases.main.ownerUrl));
  owner = postgres({ ...connection, max: 1, onnotice: () => {} });
  await owner.unsafe(gate);
  // A worker that is silent for six seconds counts as dead; half a minute is the rule.
  await api.sql`update pgboss.queue set heartbeat_seconds = 6 where name like 'ledger.%_import'`;
});
afterEach(endServerProcesses);
afterAll(async () => {
  await owner.end();
  await api.close();
  for (const directory of dataDirs) rmSync(directory, { recursive: true, force: true });
});

/** The test's own process takes the requests; this one does the jobs. */
async function startWorker(): Promise<ServerProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), "fintrack-import-"));
  dataDirs.push(dataDir);
  return startServerProcess({ ...databaseVariables(api.databases), DATA_DIR: dataDir });
}
async function kill(worker: ServerProcess): Promise<void> {
  worker.kill("SIGKILL");
  await worker.ended;
}
const inState = (id: string, state: string) =>
  eventually(
    `the import is ${state}`,
    async () => {
      const found = await user.importOf(id);
      return found.state === state ? found : undefined;
    },
    timeoutMs,
  );
const recorded = async (id: string) => {
  const [row] = await api.sql<{ standing: number; void: number }[]>`
    select count(*) filter (where voided_at is null)::int as standing,
      count(*) filter (where voided_at is not null)::int as void
    from ledger.transactions where import_id = ${id}`;
  return row;
};
/** Whoever stores rows of a file waits here while somebody holds the lock, but for those who store the first ones. */
const gateLock = 471_100;
const gate = `
  create function public.wait_at_the_gate() returns trigger language plpgsql as $$ begin
    if exists (select from ledger.import_rows) then
      perform pg_advisory_xact_lock_shared(${gateLock});
    end if;
    return null;
  end $$;
  create trigger wait_at_the_gate before insert on ledger.import_rows
    for each statement execute function public.wait_at_the_gate()`;

/** Lets nobody have what this statement locks, gives the worker something to do, and kills it once it waits for that. */
async function killWaiting(lock: string, begin: () => Promise<ServerProcess>): Promise<void> {
  await owner.begin(async (sql) => {
    await sql.unsafe(lock);
    const worker = await begin();
    await eventually(
      "the worker waits in its middle",
      async () => {
        const [waiting] = await api.sql`
          select from pg_locks l join pg_stat_activity a using (pid)
          where a.datname = current_database() and not l.granted`;
        return waiting !== undefined;
      },
      timeoutMs,
    );
    await kill(worker);
  });
  await eventually("PostgreSQL has given up on it", async () => {
    const [held] = await api.sql`
      select from pg_locks where mode = 'RowExclusiveLock' and relation::regclass::text like 'ledger.%'`;
    return held === undefined;
  });
}

describe("kill -9 of the process that works on an import", () => {
  test("in the middle of reading, committing and undoing leaves all or nothing, and another completes it", async () => {
    const account = await user.addAccount("EUR");
    const sent = await user.send<{ id: string }>(file, account);
    expect(sent.status).toBe(202);
    const { id } = sent.body;

    await killWaiting(`select pg_advisory_xact_lock(${gateLock})`, startWorker);
    const { rowsRead } = await user.importOf(id);
    expect(rowsRead).toBeGreaterThan(0);
    expect(rowsRead).toBeLessThan(rows);
    expect(await user.importOf(id)).toMatchObject({ state: "reading", counts: null });
    let worker = await startWorker();
    const ready = await inState(id, "ready");
    expect(ready.counts).toEqual({ new: rows, duplicate: 0, faulty: 0 });

    await killWaiting("lock table ledger.postings in share mode", async () => {
      expect((await user.startCommit(ready)).status).toBe(202);
      return worker;
    });
    expect(await user.importOf(id)).toMatchObject({ state: "committing" });
    expect(await recorded(id)).toEqual({ standing: 0, void: 0 });
    expect(await user.balance(account)).toBe("0");
    worker = await startWorker();
    const committed = await inState(id, "committed");
    expect(await recorded(id)).toEqual({ standing: rows, void: 0 });
    expect(await faultsOf(api, user.bookId)).toEqual([]);

    await killWaiting("lock table ledger.transaction_changes in share mode", async () => {
      expect((await user.startUndo(committed)).status).toBe(202);
      return worker;
    });
    expect(await recorded(id)).toEqual({ standing: rows, void: 0 });
    await startWorker();
    await inState(id, "undone");
    expect(await recorded(id)).toEqual({ standing: 0, void: rows });
    expect(Number(await user.balance(account))).toBe(0);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  }, 600_000);
});
