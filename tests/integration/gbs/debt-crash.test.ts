import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import type { Debt } from "#modules/gbs/contract";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { dayIn } from "#platform/kernel/zone-day";
import { eventually } from "../../support/eventually.ts";
import {
  type DebtUser,
  debtPair,
  expected,
  loggedOf,
  offerTo,
  openDebtsApp,
  wake,
} from "../../support/gbs.ts";
import { holdCustodyLogs } from "../../support/held-custody-logs.ts";
import { databaseVariables } from "../../support/main-process.ts";
import {
  endServerProcesses,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";
import { terminateSessions } from "../../support/terminate-sessions.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const timeoutMs = 180_000;
const dayMs = 86_400_000;

let api: TestApp;
/** As the application's own role: others do not see what its connections are at. */
let watch: postgres.Sql;
let owner: postgres.Sql;
beforeAll(async () => {
  // The time of the other process, which takes requests and does the jobs of each minute.
  api = await openDebtsApp({ clock: createTestClock(new Date().toISOString()) });
  const { appUrl, ownerUrl } = api.databases.main;
  const connect = (url: string) =>
    postgres({ ...postgresJsOptions(parseConnection(url)), max: 1, onnotice: () => {} });
  [watch, owner] = [connect(appUrl), connect(ownerUrl)];
});
afterEach(endServerProcesses);
afterAll(async () => {
  await Promise.all([watch.end(), owner.end()]);
  await api.close();
});

const dayAt = (days: number) => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);
const nextMonth = { plan: undefined, dueOn: dayAt(30) };

/** Takes requests and does no jobs, with the same keys as the test's own process. */
const startServer = (): Promise<ServerProcess> =>
  startServerProcess({
    ...databaseVariables(api.databases),
    ...{ DATA_DIR: api.dataDir, DEFAULT_PLAN: "pro", GBS_EVIDENCE: "none", PUBLIC_URL: api.url },
    ...{ ROLE: "api", SMTP_URL: api.mails.server.url },
  });

const holdLogs = () => holdCustodyLogs({ owner, watch }, timeoutMs);

/** What every crash must leave in agreement: the debt, its log, and what was mailed of it. */
async function stateOf({ id }: Debt) {
  const [row] = await api.sql<{ state: string; length: number; head: string; version: number }[]>`
    select state, chain_length as length, chain_head as head, version from gbs.debts where id = ${id}`;
  const entries = await api.sql<{ seq: number; hash: string; prev: string }[]>`
    select seq, hash, (entry::jsonb)->>'prev' as prev from gbs.custody_entries
    where debt_id = ${id} order by seq`;
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  expect(entries.at(-1)?.hash).toBe(row?.head ?? "");
  for (const [index, { prev }] of entries.entries())
    expect(prev).toBe(entries[index - 1]?.hash ?? "0".repeat(64));
  expect(entries).toHaveLength(row?.length ?? -1);
  return { ...row, kinds: await loggedOf(api, { id }) };
}

type Pair = Awaited<ReturnType<typeof debtPair>>;
type Asked = { readonly path: string; readonly body?: unknown };
type Transition = {
  readonly what: string;
  readonly by: "lender" | "borrower";
  /** A debt for which it is possible, and how it is asked for below its path. */
  prepare(pair: Pair): Promise<Asked & { readonly debt: Debt }>;
  /** What the log has afterwards beyond what it had. */
  readonly logged: readonly string[];
  /** Whom it tells, and of what; null: what is taken back is told to nobody. */
  readonly tells: readonly ["lender" | "borrower", RegExp] | null;
};

const answer = (path: string) => async (pair: Pair) => ({
  ...{ path, debt: await pair.offered(nextMonth) },
});
const reason = { reason: "We have talked about it." };
const claim = (amount: string) => ({
  ...{ amount: { amount, currency: "EUR" }, paidOn: dayIn("Europe/Istanbul", api.clock.now()) },
  reference: "Transfer",
});
/** Below a debt with a claimed payment of all of it. */
const onClaim = (what: string, body?: unknown) => async (pair: Pair) => {
  const { id } = await pair.active(nextMonth);
  const debt = await pair.borrower.done(id, "payments", claim("300.00"));
  return { debt, path: `payments/${debt.openPayments[0]?.id}/${what}`, body };
};
const amended = {
  ...{ amount: { amount: "200.00", currency: "EUR" }, description: "Less", dueOn: dayAt(60) },
  ...reason,
};

/** What the borrower has proposed, below a debt that binds. */
const onProposal = (
  proposal: "amendments" | "cancellations" | "disputes",
  what: string,
): Transition["prepare"] => {
  return async ({ active, borrower }) => {
    const body = proposal === "amendments" ? amended : reason;
    const debt = await borrower.done((await active(nextMonth)).id, proposal, body);
    const open = { amendments: debt.openAmendment, cancellations: debt.openCancellation };
    const { id } = { ...open, disputes: debt.openDispute }[proposal] ?? {};
    return { debt, path: `${proposal}/${id}/${what}` };
  };
};

/** Everything that a party can do to a debt. */
const transitions: readonly Transition[] = [
  {
    ...{ what: "acceptance", by: "borrower", prepare: answer("acceptance") },
    ...{ logged: ["accepted", "activated"], tells: ["lender", /has accepted your offer/] },
  },
  {
    ...{ what: "decline", by: "borrower", prepare: answer("decline") },
    ...{ logged: ["declined"], tells: ["lender", /was declined/] },
  },
  {
    ...{ what: "withdrawal", by: "lender", prepare: answer("withdrawal") },
    ...{ logged: ["withdrawn"], tells: ["borrower", /has withdrawn an offer/] },
  },
  {
    ...{ what: "claim of a payment", by: "borrower" },
    prepare: async ({ active }) => ({
      ...{ debt: await active(nextMonth), path: "payments", body: claim("100.00") },
    }),
    ...{ logged: ["payment_claimed"], tells: ["lender", /says: 100.00\sEUR paid/u] },
  },
  {
    ...{ what: "last confirmation", by: "lender", prepare: onClaim("confirmation") },
    ...{ logged: ["payment_confirmed", "settled"], tells: ["borrower", /confirms your payment/] },
  },
  {
    ...{ what: "contest of a payment", by: "lender", prepare: onClaim("contest", reason) },
    ...{ logged: ["payment_contested"], tells: ["borrower", /contests your payment/] },
  },
  {
    ...{ what: "proposal of other terms", by: "borrower" },
    prepare: async ({ active }) => ({
      ...{ debt: await active(nextMonth), path: "amendments", body: amended },
    }),
    ...{ logged: ["amendment_proposed"], tells: ["lender", /proposes other terms/] },
  },
  {
    ...{ what: "acceptance of other terms", by: "lender" },
    prepare: async ({ active, borrower }) => {
      const debt = await borrower.done((await active(nextMonth)).id, "amendments", amended);
      return { debt, path: `amendments/${debt.openAmendment?.id}/acceptance` };
    },
    ...{ logged: ["amendment_accepted"], tells: ["borrower", /has accepted your terms/] },
  },
  {
    ...{ what: "agreement to cancel", by: "borrower" },
    prepare: async ({ active, lender }) => {
      const debt = await lender.done((await active(nextMonth)).id, "cancellations", reason);
      return { debt, path: `cancellations/${debt.openCancellation?.id}/acceptance` };
    },
    ...{ logged: ["cancellation_accepted", "cancelled"], tells: ["lender", /agrees/] },
  },
  {
    ...{ what: "proposal to cancel", by: "borrower" },
    prepare: async ({ active }) => ({
      ...{ debt: await active(nextMonth), path: "cancellations", body: reason },
    }),
    ...{ logged: ["cancellation_proposed"], tells: ["lender", /proposes to cancel/] },
  },
  {
    ...{ what: "refusal of other terms", by: "lender" },
    prepare: onProposal("amendments", "decline"),
    ...{ logged: ["amendment_declined"], tells: ["borrower", /has declined your terms/] },
  },
  {
    ...{ what: "refusal to cancel", by: "lender" },
    prepare: onProposal("cancellations", "decline"),
    ...{ logged: ["cancellation_declined"], tells: ["borrower", /does not agree/] },
  },
  {
    ...{ what: "taking back of other terms", by: "borrower" },
    prepare: onProposal("amendments", "withdrawal"),
    ...{ logged: ["amendment_withdrawn"], tells: null },
  },
  {
    ...{ what: "taking back of a proposal to cancel", by: "borrower" },
    prepare: onProposal("cancellations", "withdrawal"),
    ...{ logged: ["cancellation_withdrawn"], tells: null },
  },
  {
    ...{ what: "taking back of an objection", by: "borrower" },
    prepare: onProposal("disputes", "withdrawal"),
    ...{ logged: ["dispute_withdrawn"], tells: null },
  },
  {
    ...{ what: "taking back of a payment", by: "borrower", prepare: onClaim("withdrawal") },
    ...{ logged: ["payment_withdrawn"], tells: null },
  },
  {
    ...{ what: "objection", by: "borrower" },
    prepare: async ({ active }) => ({
      ...{ debt: await active(nextMonth), path: "disputes", body: reason },
    }),
    ...{ logged: ["dispute_raised"], tells: ["lender", /objects to a debt/] },
  },
  {
    ...{ what: "declaration of a default", by: "lender" },
    async prepare({ active, lender }) {
      const { id } = await active(nextMonth);
      await api.sql`update gbs.instalments set due_on = ${dayAt(-30)} where debt_id = ${id}`;
      await api.sql`update gbs.debts set accepted_at = now() - interval '60 days',
        wake_at = now() - interval '1 day' where id = ${id}`;
      await wake(api);
      return { debt: await lender.debt(id), path: "default" };
    },
    ...{ logged: ["defaulted"], tells: ["borrower", /has declared a default/] },
  },
];

const tried = async (server: ServerProcess, user: DebtUser, { path, body }: Asked) =>
  fetch(`${server.url}${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${await user.token()}`,
      ...{ "idempotency-key": "once", "content-type": "application/json" },
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).then(
    ({ status }) => status,
    () => "no answer",
  );

describe("kill -9 of the process that changes a debt, with its row written and not committed", () => {
  test.each(transitions)(
    "at the $what: nothing has happened, and asking again does it once",
    async ({ by, prepare, logged, tells }) => {
      const pair = await debtPair(api);
      const { lender, borrower } = pair;
      const user = pair.as(by);
      const { debt, path, body } = await prepare(pair);
      await api.mails.run();
      const before = await stateOf(debt);
      const mails = async () =>
        (await Promise.all([lender, borrower].map((one) => api.mails.to(one.user.address)))).flat();
      const had = (await mails()).length;
      const told = async () => {
        if (tells === null) return (await mails()).length - had;
        const [whom, what] = tells;
        const { address } = pair.as(whom).user;
        return (await api.mails.to(address)).filter(({ subject }) => what.test(subject)).length;
      };

      const server = await startServer();
      const hold = await holdLogs();
      const url = `/v1/debts/${debt.id}/${path}`;
      const answered = tried(server, user, { path: url, body });
      await hold.someoneWaits();
      server.kill("SIGKILL");
      await server.ended;
      await hold.release();
      expect(await answered).toBe("no answer");
      await eventually("its transaction is over", async () => {
        const rows = await api.sql`select 1 from pg_locks l join pg_stat_activity a using (pid)
          where a.datname = current_database() and l.relation = 'gbs.debts'::regclass
            and l.mode = 'RowExclusiveLock'`;
        return rows.length === 0;
      });
      expect(await stateOf(debt)).toEqual(before);
      expect(await told()).toBe(0);

      const again = () => user.post<Debt>(url, body, { "idempotency-key": "once" });
      const done = await again();
      expect([200, 201]).toContain(done.status);
      expect((await again()).body).toEqual(done.body);
      const after = await stateOf(debt);
      expect(after.kinds.slice(0, before.kinds.length + logged.length)).toEqual([
        ...before.kinds,
        ...logged,
      ]);
      expect(await told()).toBe(tells === null ? 0 : 1);
    },
    timeoutMs,
  );
});

describe("a job that dies in the middle of a debt", () => {
  const crashed = async (job: string, payload: object) => {
    const hold = await holdLogs();
    const run = api.runJob(job, payload).then(
      () => "done",
      () => "failed",
    );
    await hold.someoneWaits();
    // As a crash of its process would end its connection.
    await terminateSessions(api.databases.main, "fintrack write");
    expect(await run).toBe("failed");
    await hold.release();
  };

  test("while it delivers an offer: the borrower hears of it once, later", async () => {
    const { lender, borrower } = await debtPair(api);
    const debt = expected(201, await lender.offer(offerTo(borrower, nextMonth)));
    await crashed("gbs.deliver_offer", { debtId: debt.id });
    expect((await stateOf(debt)).kinds).toEqual(["offered"]);
    expect(api.mails.server.to(borrower.user.address)).toHaveLength(0);
    await api.runJob("gbs.deliver_offer", { debtId: debt.id });
    expect(await api.mails.to(borrower.user.address)).toHaveLength(1);
    expect((await stateOf(debt)).kinds).toEqual(["offered", "delivered"]);
  });

  test("while it ends an offer, and while it makes a debt overdue and reminds of it", async () => {
    const { lender, borrower, offered, active } = await debtPair(api);
    const [open, agreed] = [await offered(nextMonth), await active(nextMonth)];
    const start = api.clock.now();
    await api.sql`update gbs.debts set wake_at = null where id not in (${open.id}, ${agreed.id})`;
    for (const [debt, at, ends] of [
      [open, open.offerExpiresAt, "expired"],
      [agreed, `${dayAt(31)}T12:00:00.000Z`, "overdue"],
    ] as const) {
      api.clock.set(at);
      const before = await stateOf(debt);
      await crashed("gbs.wake", {});
      expect(await stateOf(debt)).toEqual(before);
      await wake(api);
      await wake(api);
      const after = await stateOf(debt);
      expect(after.state).toBe(ends);
      expect(after.kinds.filter((kind) => kind === ends)).toHaveLength(1);
    }
    const subjects = async (user: DebtUser) =>
      (await api.mails.to(user.user.address)).map(({ subject }) => subject);
    expect((await subjects(lender)).filter((one) => /overdue|lapsed/u.test(one))).toHaveLength(2);
    expect((await subjects(borrower)).filter((one) => /overdue/u.test(one))).toHaveLength(1);
    const marks = await api.sql`select stage from gbs.reminders where debt_id = ${agreed.id}`;
    const reminded = (await stateOf(agreed)).kinds.filter((kind) => kind === "reminded");
    expect(reminded).toHaveLength(marks.length);
    api.clock.set(start);
  });
});
