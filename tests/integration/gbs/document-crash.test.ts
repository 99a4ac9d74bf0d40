import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import { createFaultyStorage } from "../../support/faulty-storage.ts";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { databaseVariables } from "../../support/main-process.ts";
import {
  endServerProcesses,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const timeoutMs = 180_000;

const storage = createFaultyStorage();
let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  // The time of the other processes, whose jobs would otherwise find the due days long past.
  const clock = createTestClock(new Date().toISOString());
  api = await openDebtsApp({ clock, storage: storage.open });
  pair = await debtPair(api);
  // A worker that is silent for three seconds counts as dead; a minute is the rule.
  await api.sql`update pgboss.queue set heartbeat_seconds = 3 where name = 'gbs.make_document'`;
}, timeoutMs);
afterEach(endServerProcesses);
afterAll(() => api.close());

/** The test's own process takes the requests; this one does the jobs, with the same keys and the same disk. */
const startWorker = (): Promise<ServerProcess> =>
  startServerProcess({
    ...databaseVariables(api.databases),
    ...{ DATA_DIR: api.dataDir, DEFAULT_PLAN: "pro", GBS_EVIDENCE: "none", PUBLIC_URL: api.url },
    SMTP_URL: api.mails.server.url,
  });

test("kill -9 with the file stored and nothing recorded: one document, one entry, one message each", async () => {
  const { id } = await pair.offered({ plan: undefined, dueOn: "2030-01-01" });
  await pair.borrower.done(id, "acceptance");
  const stored = async () => (await storage.keys()).filter((key) => key.includes(id));
  const agreements = (party: "lender" | "borrower") =>
    api.mails.server
      .to(pair.as(party).user.address)
      .filter(({ subject }) => subject.startsWith("Agreement"));

  // Holds the debt, so that the worker has stored the file and waits to record it.
  await api.sql.begin(async (sql) => {
    await sql`select from gbs.debts where id = ${id} for update`;
    const worker = await startWorker();
    await eventually("the file is stored", async () => (await stored()).length > 0, timeoutMs);
    worker.kill("SIGKILL");
    await worker.ended;
  });
  const [left] = await stored();
  expect((await pair.lender.get(`/v1/debts/${id}/documents`)).body).toMatchObject({ items: [] });

  const worker = await startWorker();
  await eventually(
    "both are told",
    () => agreements("lender").length > 0 && agreements("borrower").length > 0,
    timeoutMs,
  );
  worker.kill("SIGKILL");
  await worker.ended;

  await api.mails.run();
  for (const party of ["lender", "borrower"] as const) expect(agreements(party)).toHaveLength(1);
  const { body } = await pair.lender.get<{ items: readonly { sha256: string }[] }>(
    `/v1/debts/${id}/documents`,
  );
  expect(body.items).toHaveLength(1);
  const logged = await api.sql<{ entry: string }[]>`
    select entry from gbs.custody_entries where debt_id = ${id} and kind = 'document_made'`;
  expect(logged.map(({ entry }) => JSON.parse(entry).data.sha256)).toEqual([body.items[0]?.sha256]);
  // Whoever runs again, or has run after it, deletes what the dead has left.
  const debt = { debtId: id, kind: "agreement", termsVersion: 1 };
  await api.runJob("gbs.make_document", debt);
  const kept = await stored();
  expect(kept).toHaveLength(1);
  expect(kept).not.toContain(left ?? "");
}, 600_000);
