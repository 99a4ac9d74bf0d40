import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Transaction } from "#modules/ledger/contract";
import type { Id } from "#platform/kernel/ids";
import {
  csvOf,
  type Imported,
  type Importer,
  importer,
  runImportJobs,
} from "../../support/imports.ts";
import { faultsOf, ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: Importer;
let account: Id;
beforeAll(async () => {
  api = await openTestApp();
});
beforeEach(async () => {
  user = await importer(api);
  account = await user.addAccount("EUR");
});
afterAll(() => api.close());

const rows = [
  ["2026-03-01", "-4.50", "Bäckerei", "Brot"],
  ["2026-03-01", "-4.50", "Bäckerei", "Brot"],
  ["2026-03-20", "1200.00", "Firma", "Gehalt"],
  ["2026-02-31", "1.00"],
] as const;
const transactionsOf = async (one: Importer, query = "") =>
  (await one.get<{ items: Transaction[] }>(`/v1/transactions?limit=200${query}`)).body.items;
const balance = async () => Number(await user.balance(account));

describe("202", () => {
  test("every new row is a transaction of the account, uncategorised and cleared, and says where it came from", async () => {
    const read = await user.upload(csvOf(rows), account);
    const started = await user.startCommit(read);
    expect([started.status, started.body.state]).toEqual([202, "committing"]);
    expect(await transactionsOf(user)).toEqual([]);
    await runImportJobs(api);
    expect(await user.importOf(read.id)).toMatchObject({
      ...{ state: "committed", failure: null, counts: { new: 3, duplicate: 0, faulty: 1 } },
    });
    const recorded = await transactionsOf(user);
    expect(recorded).toHaveLength(3);
    const [expense, income] = [
      await user.uncategorised("expense"),
      await user.uncategorised("income"),
    ];
    const paid = { kind: "expense", date: "2026-03-01", payee: "Bäckerei", note: "Brot" };
    for (const one of recorded)
      expect(one).toMatchObject({
        ...(one.kind === "expense" ? paid : { kind: "income", date: "2026-03-20" }),
        ...{ accountId: account, importId: read.id, cleared: true, version: 1 },
        amount: { amount: one.kind === "expense" ? "4.50" : "1200.00", currency: "EUR" },
        splits: [
          {
            categoryId: one.kind === "expense" ? expense : income,
            amount: one.amount,
          },
        ],
      } as never);
    expect(await balance()).toBe(1191);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
    const chunks = await api.sql`select 1 from ledger.import_chunks where import_id = ${read.id}`;
    expect(chunks.length).toBe(0);
  });

  test("the same file again adds nothing; one with one more adds one", async () => {
    await user.commit(await user.upload(csvOf(rows), account));
    const again = await user.upload(csvOf(rows), account);
    expect(again.counts).toEqual({ new: 0, duplicate: 3, faulty: 1 });
    expect((await user.commit(again)).state).toBe("committed");
    const more = await user.upload(
      csvOf([...rows, ["2026-03-01", "-4.50", "BÄCKEREI", "brot"]]),
      account,
    );
    expect(more.counts).toEqual({ new: 1, duplicate: 3, faulty: 1 });
    await user.commit(more);
    expect(await transactionsOf(user)).toHaveLength(4);
  });

  test("a row stays known when its transaction was renamed, moved to another day or split", async () => {
    await user.commit(await user.upload(csvOf(rows), account));
    const food = await user.addCategory("expense", "Food");
    const [first, second] = (await transactionsOf(user)).filter(({ kind }) => kind === "expense");
    if (!first || !second) throw new Error("nothing was recorded");
    const changes = [
      { id: first.id, body: { payee: "Corner shop", date: "2026-03-04" } },
      {
        id: second.id,
        body: {
          splits: [
            { categoryId: food, amount: { amount: "4.00", currency: "EUR" } },
            {
              categoryId: await user.uncategorised("expense"),
              amount: { amount: "0.50", currency: "EUR" },
            },
          ],
        },
      },
    ];
    for (const { id, body } of changes)
      expect((await user.patch(`/v1/transactions/${id}`, body, ifMatch(1))).status).toBe(200);
    const again = await user.upload(
      csvOf([...rows, ["2026-03-01", "-4.00", "Bäckerei", "Brot"]]),
      account,
    );
    // A part of a split is nobody's duplicate.
    expect(again.counts).toEqual({ new: 1, duplicate: 3, faulty: 1 });
  });

  test("a row stays known when its transaction lost the bank's id, or went to another account, which knows it too", async () => {
    const withIds = csvOf(
      [
        ["2026-03-01", "-4.50", "Bäckerei", "Brot", "bank-00001"],
        ["2026-03-02", "-7.25", "Kiosk", "", "bank-00002"],
        ["2026-03-20", "1200.00", "Firma", "Gehalt", "bank-00003"],
      ],
      true,
    );
    await user.commit(await user.upload(withIds, account));
    const other = await user.addAccount("EUR");
    for (const [payee, body] of [
      ["Bäckerei", { externalId: null }],
      ["Kiosk", { accountId: other }],
    ] as const) {
      const one = (await transactionsOf(user)).find((each) => each.payee === payee);
      const answer = await user.patch(`/v1/transactions/${one?.id}`, body, ifMatch(1));
      expect(answer.status).toBe(200);
    }
    const again = await user.upload(withIds, account);
    expect(again.counts).toEqual({ new: 0, duplicate: 3, faulty: 0 });
    expect((await user.upload(withIds, other)).counts?.duplicate).toBe(1);
    const plain = csvOf([["2026-03-02", "-7.25", "Kiosk"]]);
    expect((await user.upload(plain, other)).counts?.duplicate).toBe(1);
  });

  test("what was typed in by hand is a duplicate as well, and the bank's id decides where there is one", async () => {
    await user.record({
      ...{ kind: "expense", date: "2026-03-01", accountId: account, payee: "Bäckerei Brot" },
      amount: { amount: "4.5", currency: "EUR" },
    });
    await user.record({
      ...{ kind: "income", date: "2020-01-01", accountId: account, externalId: "bank-00001" },
      amount: { amount: "9.00", currency: "EUR" },
    });
    const plain = await user.upload(csvOf(rows), account);
    expect(plain.counts).toEqual({ new: 2, duplicate: 1, faulty: 1 });
    const withIds = await user.upload(
      csvOf(
        [
          ["2026-03-01", "-4.50", "Bäckerei", "Brot", "bank-00001"],
          ["2026-03-01", "-4.50", "Bäckerei", "Brot", "bank-00002"],
          ["2026-03-01", "-4.50", "Bäckerei", "Brot", "bank-00003"],
        ],
        true,
      ),
      account,
    );
    expect(
      (await user.rows(withIds.id)).map(({ verdict, externalId }) => [externalId, verdict]),
    ).toEqual([
      ["bank-00001", "duplicate"],
      ["bank-00002", "new"],
      ["bank-00003", "new"],
    ]);
  });

  test("another account of the same book has duplicates of its own", async () => {
    await user.commit(await user.upload(csvOf(rows), account));
    const other = await user.upload(csvOf(rows), await user.addAccount("EUR"));
    expect(other.counts).toEqual({ new: 3, duplicate: 0, faulty: 1 });
  });

  test("once for one Idempotency-Key", async () => {
    const read = await user.upload(csvOf(rows), account);
    const headers = { ...ifMatch(read.version), "idempotency-key": "commit-once" };
    const path = `/v1/imports/${read.id}/commit`;
    const first = await user.post(path, undefined, headers);
    await runImportJobs(api);
    const second = await user.post(path, undefined, headers);
    expect([second.status, second.body]).toEqual([202, first.body]);
  });
});

describe("what the ledger refuses makes the import ready again, says why, and writes nothing", () => {
  async function refused(prepare: () => Promise<unknown>): Promise<Imported> {
    const read = await user.upload(csvOf(rows), account);
    const started = await user.startCommit(read);
    expect(started.status).toBe(202);
    await prepare();
    await runImportJobs(api);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
    const found = await user.importOf(read.id);
    expect(found.state).toBe("ready");
    const standing = await api.sql`select 1 from ledger.transactions where import_id = ${read.id}`;
    expect(standing.length).toBe(0);
    return found;
  }

  test("a period that was closed; reopened, it can be committed", async () => {
    const found = await refused(() => user.closeThrough("2026-03-10"));
    expect(found.failure?.code).toBe("ledger.period_closed");
    await user.closeThrough(null);
    expect(await user.commit(found)).toMatchObject({ state: "committed", failure: null });
  });

  test("an account that was archived", async () => {
    const found = await refused(() => user.archiveAccount(account));
    expect(found.failure?.code).toBe("ledger.account_archived");
  });

  test("rows that became duplicates after they were looked at", async () => {
    const found = await refused(() =>
      user.record({
        ...{ kind: "expense", date: "2026-03-01", accountId: account, payee: "Bäckerei Brot" },
        amount: { amount: "4.50", currency: "EUR" },
      }),
    );
    expect(found.failure?.code).toBe("ledger.import_changed");
    expect(found.counts).toEqual({ new: 2, duplicate: 1, faulty: 1 });
    await user.commit(found);
    expect(await balance()).toBe(1191);
  });

  test("the same file twice at once: one is recorded, the other has only duplicates", async () => {
    const both = [await user.upload(csvOf(rows), account), await user.upload(csvOf(rows), account)];
    for (const read of both) expect((await user.startCommit(read)).status).toBe(202);
    const jobs = await api.sql<{ data: object }[]>`
      delete from pgboss.job where name = 'ledger.commit_import' and state = 'created' returning data`;
    await Promise.all(jobs.map(({ data }) => api.runJob("ledger.commit_import", data)));
    const states = await Promise.all(both.map(({ id }) => user.importOf(id)));
    expect(states.map(({ state }) => state).toSorted()).toEqual(["committed", "ready"]);
    expect(states.find(({ state }) => state === "ready")).toMatchObject({
      failure: { code: "ledger.import_changed" },
      counts: { new: 0, duplicate: 3, faulty: 1 },
    });
    expect(await balance()).toBe(1191);
  });

  test("a job that comes twice records once", async () => {
    const read = await user.upload(csvOf(rows), account);
    const { body } = await user.startCommit(read);
    const payload = { importId: read.id, version: body.version, by: user.user.id };
    await Promise.all([1, 2].map(() => api.runJob("ledger.commit_import", payload)));
    await runImportJobs(api);
    expect(await balance()).toBe(1191);
  });
});

describe("403, 409, 412 and 428", () => {
  test("who may only read", async () => {
    const read = await user.upload(csvOf(rows), account);
    const viewer = await importer(api);
    await user.share(viewer, "viewer");
    expect((await viewer.startCommit(read)).status).toBe(403);
  });
  test("while it is read, and twice", async () => {
    const sent = await user.send<Imported>(csvOf(rows), account);
    expect(await user.startCommit(sent.body)).toMatchObject({
      ...{ status: 409, body: { code: "ledger.import_wrong_state", meta: { state: "reading" } } },
    });
    await runImportJobs(api);
    const read = await user.importOf(sent.body.id);
    const both = await Promise.all([user.startCommit(read), user.startCommit(read)]);
    const statuses = both.map(({ status }) => status).toSorted();
    expect(statuses[0]).toBe(202);
    expect([409, 412]).toContain(statuses[1] ?? 0);
    await runImportJobs(api);
    expect((await user.startCommit(await user.importOf(read.id))).status).toBe(409);
    expect(await balance()).toBe(1191);
  });
  test("another version, and none", async () => {
    const read = await user.upload(csvOf(rows), account);
    expect((await user.startCommit({ ...read, version: 99 })).status).toBe(412);
    expect((await user.post(`/v1/imports/${read.id}/commit`)).status).toBe(428);
  });
});
