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

/** Enough for reading and committing to take seconds. */
const rows = 20_000;
const timeoutMs = 60_000;
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
/** As the application's own role: others do not see what its connections are at. */
let watch: postgres.Sql;
const dataDirs: string[] = [];
beforeAll(async () => {
  // The time of the other processes, whose jobs would take what is of another year for expired.
  api = await openTestApp({ clock: createTestClock(new Date().toISOString()) });
  user = await importer(api);
  const connection = postgresJsOptions(parseConnection(api.databases.main.appUrl));
  watch = postgres({ ...connection, max: 1, onnotice: () => {} });
  // A worker that is silent for three seconds counts as dead; half a minute is the rule.
  await api.sql`update pgboss.queue set heartbeat_seconds = 3 where name like 'ledger.%_import'`;
});
afterEach(endServerProcesses);
afterAll(async () => {
  await watch.end();
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
/** Some worker is in the middle of a transaction that writes transactions of the ledger. */
const writes = async (statement: string) => {
  const busy = await watch`
    select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
      and application_name = 'fintrack write' and xact_start is not null and query like ${statement}`;
  return busy.length > 0;
};

describe("kill -9 of the process that works on an import", () => {
  test("in the middle of reading, committing and undoing leaves all or nothing, and another completes it", async () => {
    const account = await user.addAccount("EUR");
    const sent = await user.send<{ id: string }>(file, account);
    expect(sent.status).toBe(202);
    const { id } = sent.body;

    let worker = await startWorker();
    await eventually(
      "some rows are read",
      async () => {
        const { rowsRead } = await user.importOf(id);
        return rowsRead > 0 && rowsRead < rows;
      },
      timeoutMs,
    );
    await kill(worker);
    expect(await user.importOf(id)).toMatchObject({ state: "reading", counts: null });
    worker = await startWorker();
    const ready = await inState(id, "ready");
    expect(ready.counts).toEqual({ new: rows, duplicate: 0, faulty: 0 });

    expect((await user.startCommit(ready)).status).toBe(202);
    await eventually(
      "the commit is under way",
      () => writes("%insert into ledger.transactions%"),
      timeoutMs,
    );
    await kill(worker);
    expect(await user.importOf(id)).toMatchObject({ state: "committing" });
    expect(await recorded(id)).toEqual({ standing: 0, void: 0 });
    expect(await user.balance(account)).toBe("0");
    worker = await startWorker();
    const committed = await inState(id, "committed");
    expect(await recorded(id)).toEqual({ standing: rows, void: 0 });
    expect(await faultsOf(api, user.bookId)).toEqual([]);

    expect((await user.startUndo(committed)).status).toBe(202);
    await eventually(
      "the undoing is under way",
      () => writes("%update ledger.transactions%"),
      timeoutMs,
    );
    await kill(worker);
    expect(await recorded(id)).toEqual({ standing: rows, void: 0 });
    await startWorker();
    await inState(id, "undone");
    expect(await recorded(id)).toEqual({ standing: 0, void: rows });
    expect(Number(await user.balance(account))).toBe(0);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  }, 240_000);
});
