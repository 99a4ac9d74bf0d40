import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { eur, makeBudget, monthlyBudget, spender } from "../../support/budgets.ts";
import { eventually } from "../../support/eventually.ts";
import { type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { databaseVariables } from "../../support/main-process.ts";
import {
  endServerProcesses,
  freshDataDir,
  startServerProcess,
} from "../../support/server-process.ts";
import { createTestClock, openTestApp, type TestApp } from "../../support/test-app.ts";

const table = "ledger.budget_alerts";
const job = "ledger.check_budgets";
const dataDir = freshDataDir();
let api: TestApp;
let holder: postgres.Sql;
beforeAll(async () => {
  // The time of the other process, which would see another month.
  api = await openTestApp({ clock: createTestClock(new Date().toISOString()) });
  const owner = parseConnection(api.databases.main.ownerUrl);
  holder = postgres({ ...postgresJsOptions(owner), max: 1, onnotice: () => {} });
});
afterEach(endServerProcesses);
afterAll(async () => {
  await holder.end();
  await api.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const isWaiting = async () => {
  const [waiting] = await api.sql`
    select from pg_locks where not granted and relation = ${table}::regclass`;
  return waiting !== undefined;
};
const alerts = async () => {
  const rows = await api.sql<{ threshold: number }[]>`
    select threshold from ledger.budget_alerts order by 1`;
  return rows.map(({ threshold }) => threshold);
};
const percents = async ({ user }: LedgerUser) => {
  const mails = await api.mails.to(user.address);
  return mails
    .flatMap(({ subject }) => /(\d+)%/.exec(subject)?.slice(1) ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
};

test("a look that is killed (kill -9) in its middle has told nothing; the next one tells each threshold once", async () => {
  const user = await ledgerUser(api);
  const food = await user.addCategory("expense", "Food");
  const today = api.clock.now().slice(0, 10);
  const plan = { amount: eur("100.00"), startsOn: today, thresholds: [50, 80, 100] };
  await makeBudget(user, monthlyBudget([food], plan));
  await (await spender(user))(today, "120.00", food);

  const worker = await startServerProcess({
    ...databaseVariables(api.databases),
    DATA_DIR: dataDir,
  });
  await holder.begin(async (sql) => {
    await sql`lock table ledger.budget_alerts in share mode`;
    await api.sql`insert into pgboss.job (name, policy)
      select name, policy from pgboss.queue where name = ${job}`;
    await eventually("the look waits in its middle", isWaiting);
    worker.kill("SIGKILL");
    await worker.ended;
  });
  await eventually("PostgreSQL has given up on it", async () => !(await isWaiting()));
  expect(await alerts()).toEqual([]);
  expect(await percents(user)).toEqual([]);

  await Promise.all([api.runJob(job), api.runJob(job)]);
  await api.runJob(job);
  expect(await alerts()).toEqual([50, 80, 100]);
  expect(await percents(user)).toEqual([50, 80, 100]);
}, 180_000);
