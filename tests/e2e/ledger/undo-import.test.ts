import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Transaction } from "#modules/ledger/contract";
import type { Id } from "#platform/kernel/ids";
import { eventually } from "../../support/eventually.ts";
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
let committed: Imported;
const file = csvOf(
  [
    ["2026-03-01", "-4.50", "Bäckerei", "", "bank-00001"],
    ["2026-03-02", "-2.00", "Kiosk", "", "bank-00002"],
    ["2026-03-20", "1200.00", "Firma", "", "bank-00003"],
  ],
  true,
);
beforeAll(async () => {
  api = await openTestApp();
});
beforeEach(async () => {
  user = await importer(api);
  account = await user.addAccount("EUR");
  await user.record({
    ...{ kind: "income", date: "2026-01-01", accountId: account },
    amount: { amount: "10.00", currency: "EUR" },
  });
  committed = await user.commit(await user.upload(file, account));
});
afterAll(() => api.close());
const imported = async (state = "active") =>
  (
    await user.get<{ items: Transaction[] }>(
      `/v1/transactions?importId=${committed.id}&state=${state}`,
    )
  ).body.items;
const balance = async () => Number(await user.balance(account));

describe("202", () => {
  test("everything that was recorded is void, with its history; all else stays", async () => {
    expect(await balance()).toBe(1203.5);
    const started = await user.startUndo(committed);
    expect([started.status, started.body.state]).toEqual([202, "undoing"]);
    await runImportJobs(api);
    expect(await user.importOf(committed.id)).toMatchObject({ state: "undone", failure: null });
    expect(await balance()).toBe(10);
    expect(await imported()).toEqual([]);
    const gone = await imported("void");
    expect(gone).toHaveLength(3);
    const { body } = await user.get<{ items: object[] }>(`/v1/transactions/${gone[0]?.id}/history`);
    expect(body.items).toMatchObject([
      { action: "voided", changedBy: user.user.id, reason: "The import was undone." },
    ]);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });

  test("what was changed meanwhile is voided too, what was voided stays as it was", async () => {
    const [first, second] = await imported();
    if (!first || !second) throw new Error("nothing was recorded");
    await user.patch(
      `/v1/transactions/${first.id}`,
      { amount: { amount: "7.00", currency: "EUR" }, accountId: await user.addAccount("EUR") },
      ifMatch(1),
    );
    await user.post(`/v1/transactions/${second.id}/void`, { reason: "mine" }, ifMatch(1));
    expect((await user.undo(committed)).state).toBe("undone");
    expect(await balance()).toBe(10);
    const histories = await Promise.all(
      [first, second].map(
        async ({ id }) =>
          (await user.get<{ items: { action: string }[] }>(`/v1/transactions/${id}/history`)).body
            .items,
      ),
    );
    expect(histories.map((items) => items.map(({ action }) => action))).toEqual([
      ["voided", "changed"],
      ["voided"],
    ]);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });

  test("afterwards the same file can be imported again, the bank's ids as well", async () => {
    await user.undo(committed);
    const again = await user.upload(file, account);
    expect(again.counts).toEqual({ new: 3, duplicate: 0, faulty: 0 });
    expect((await user.commit(again)).state).toBe("committed");
    expect(await balance()).toBe(1203.5);
  });
});

describe("what the ledger refuses leaves the import committed and says why", () => {
  async function refused(prepare: () => Promise<unknown>): Promise<string | undefined> {
    await user.startUndo(committed);
    await prepare();
    await runImportJobs(api);
    const found = await user.importOf(committed.id);
    expect(found.state).toBe("committed");
    expect(await imported()).toHaveLength(3);
    expect(await balance()).toBe(1203.5);
    return found.failure?.code;
  }
  test("a closed period", async () => {
    expect(await refused(() => user.closeThrough("2026-03-01"))).toBe("ledger.period_closed");
    await user.closeThrough(null);
    expect((await user.undo(await user.importOf(committed.id))).state).toBe("undone");
  });
  test("an archived account", async () => {
    expect(await refused(() => user.archiveAccount(account))).toBe("ledger.account_archived");
  });
});

describe("403, 409, 412 and 428", () => {
  test("who may only read", async () => {
    const viewer = await importer(api);
    await user.share(viewer, "viewer");
    expect((await viewer.startUndo(committed)).status).toBe(403);
  });
  test("what is not committed, and twice", async () => {
    const read = await user.upload(file, account);
    const early = await user.startUndo(read);
    expect([early.status, early.body.code]).toEqual([409, "ledger.import_wrong_state"]);
    const undone = await user.undo(committed);
    expect((await user.startUndo(undone)).status).toBe(409);
  });
  test("another version, and none", async () => {
    expect((await user.startUndo({ ...committed, version: 1 })).status).toBe(412);
    expect((await user.post(`/v1/imports/${committed.id}/undo`)).status).toBe(428);
  });
});

describe("DELETE /v1/imports/{id}", () => {
  const remove = (seen: Imported, one: Importer = user) =>
    one.delete<{ code: string }>(`/v1/imports/${seen.id}`, undefined, ifMatch(seen.version));

  test("204: what was not committed is forgotten with its file and rows", async () => {
    const read = await user.upload(file, account);
    expect((await remove(read)).status).toBe(204);
    expect((await user.get(`/v1/imports/${read.id}`)).status).toBe(404);
    const left = await api.sql`
      select 1 from ledger.import_rows where import_id = ${read.id}
      union all select 1 from ledger.import_chunks where import_id = ${read.id}`;
    expect(left.length).toBe(0);
  });
  test("204: also while it is read; the job then ends in peace", async () => {
    const sent = await user.send<Imported>(file, account);
    expect((await remove(sent.body)).status).toBe(204);
    await runImportJobs(api);
    expect((await user.get(`/v1/imports/${sent.body.id}`)).status).toBe(404);
  });
  test("204: also between two batches of its rows", async () => {
    const many = csvOf(
      Array.from({ length: 30_000 }, (_, index) => ["2026-03-31", `-${index + 1}.00`]),
    );
    const { body } = await user.send<Imported>(many, account);
    const job = api.runJob("ledger.read_import", { importId: body.id, version: body.version });
    await eventually("some rows are read", async () => {
      const { rowsRead } = await user.importOf(body.id);
      return rowsRead > 0;
    });
    expect((await remove(body)).status).toBe(204);
    await job;
    const left = await api.sql`select 1 from ledger.import_rows where import_id = ${body.id}`;
    expect(left.length).toBe(0);
  });
  test("403, 409, 412 and 428: a viewer, a committed one, another version, none", async () => {
    expect((await remove(committed)).status).toBe(409);
    const read = await user.upload(file, account);
    const viewer = await importer(api);
    await user.share(viewer, "viewer");
    expect((await remove(read, viewer)).status).toBe(403);
    expect((await remove({ ...read, version: 77 })).status).toBe(412);
    expect((await user.delete(`/v1/imports/${read.id}`)).status).toBe(428);
  });
});
