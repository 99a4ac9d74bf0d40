import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { type Imported, type Importer, importer, runImportJobs } from "../../support/imports.ts";
import { ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: Importer;
beforeAll(async () => {
  api = await openTestApp();
});
// Only so many imports of a user may be open.
beforeEach(async () => {
  user = await importer(api);
});
afterAll(() => api.close());

/** Every day could be a month, too. */
const ambiguous = "Date;Amount;Payee\n03/04/2026;-4.50;A\n05/06/2026;-1.25;B\n";
const uploaded = async (file = ambiguous) => user.upload(file, await user.addAccount("EUR"));
const answered = (seen: Imported, answers: object, version = seen.version) =>
  user.patch<{ code: string } & Imported>(`/v1/imports/${seen.id}`, answers, ifMatch(version));

describe("202", () => {
  test("an answer settles the question; before it no row has a verdict and nothing is committed", async () => {
    const asked = await uploaded();
    expect(asked).toMatchObject({ state: "ready", counts: null });
    expect(asked.questions.map(({ field }) => field)).toEqual(["dateOrder"]);
    const before = await user.rows(asked.id);
    expect(before.map(({ verdict, date }) => [verdict, date])).toEqual([
      [null, null],
      [null, null],
    ]);
    const refused = await user.startCommit(asked);
    expect([refused.status, refused.body.code]).toEqual([409, "ledger.import_undecided"]);

    const read = await user.answer(asked, { dateOrder: "dmy" });
    expect(read).toMatchObject({
      ...{ state: "ready", questions: [], counts: { new: 2, duplicate: 0, faulty: 0 } },
      format: { dateOrder: "dmy" },
    });
    expect((await user.rows(read.id)).map(({ date }) => date)).toEqual([
      "2026-04-03",
      "2026-06-05",
    ] as never);
    const other = await user.answer(read, { dateOrder: "mdy", sign: "inverted" });
    expect((await user.rows(other.id)).map(({ date, amount }) => [date, amount?.amount])).toEqual([
      ["2026-03-04", "4.50"],
      ["2026-05-06", "1.25"],
    ] as never);
  });

  test("another mapping is what counts, and one that cannot be is told and answered again", async () => {
    const read = await user.answer(await uploaded(), { dateOrder: "dmy" });
    const wrong = await user.answer(read, { columns: { date: 2, amount: 1, payee: [], note: [] } });
    expect(wrong).toMatchObject({ state: "ready" });
    expect(wrong.failure?.code ?? wrong.counts?.faulty ?? wrong.questions.length).not.toBe(0);
    const right = await user.answer(wrong, {
      columns: { date: 0, amount: 1, payee: [], note: [2] },
    });
    expect(right).toMatchObject({ failure: null, counts: { new: 2 } });
    expect((await user.rows(right.id)).map(({ payee, note }) => [payee, note])).toEqual([
      [null, "A"],
      [null, "B"],
    ]);
  });
});

describe("409, 412 and 428", () => {
  test("while it is read, and when it is committed", async () => {
    const sent = await user.send<Imported>(ambiguous, await user.addAccount("EUR"));
    const early = await answered(sent.body, { dateOrder: "dmy" });
    expect([early.status, early.body.code]).toEqual([409, "ledger.import_wrong_state"]);
    await runImportJobs(api);
    const read = await user.answer(await user.importOf(sent.body.id), { dateOrder: "dmy" });
    const done = await user.commit(read);
    expect((await answered(done, { dateOrder: "mdy" })).status).toBe(409);
  });
  test("another version, also of two at once", async () => {
    const asked = await uploaded();
    expect((await answered(asked, { dateOrder: "dmy" }, asked.version + 1)).status).toBe(412);
    const both = await Promise.all(
      ["dmy", "mdy"].map((dateOrder) => answered(asked, { dateOrder })),
    );
    const statuses = both.map(({ status }) => status).toSorted();
    expect(statuses[0]).toBe(202);
    expect([409, 412]).toContain(statuses[1] ?? 0);
    await runImportJobs(api);
  });
  test("no version", async () => {
    const asked = await uploaded();
    expect((await user.patch(`/v1/imports/${asked.id}`, { dateOrder: "dmy" })).status).toBe(428);
  });
});

describe("403 and 422", () => {
  test("who may only read", async () => {
    const asked = await uploaded();
    const viewer = await importer(api);
    await user.share(viewer, "viewer");
    const answer = await viewer.patch(
      `/v1/imports/${asked.id}`,
      { dateOrder: "dmy" },
      ifMatch(asked.version),
    );
    expect(answer.status).toBe(403);
  });
  test("nothing, an unknown word, columns beyond the bound or without an amount, a currency that is none", async () => {
    const asked = await uploaded();
    const columns = { date: 0, payee: [], note: [] };
    for (const answers of [
      {},
      { dateOrder: "ydm" },
      { unknown: 1 },
      { columns },
      { columns: { ...columns, amount: 1, debit: 2 } },
      { columns: { ...columns, debit: 1 } },
      { columns: { ...columns, debit: 1, credit: 1 } },
      { columns: { ...columns, debit: 1, credit: 2, sign: 0 } },
      { columns: { ...columns, amount: 100 } },
      { currency: "euro" },
      { headerRows: 61 },
    ])
      expect([JSON.stringify(answers), (await answered(asked, answers)).status]).toEqual([
        JSON.stringify(answers),
        422,
      ]);
  });
});
