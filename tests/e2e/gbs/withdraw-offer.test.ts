import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  type DebtPair,
  debtPair,
  expected,
  loggedOf,
  offerTo,
  openDebtsApp,
} from "../../support/gbs.ts";
import { refusalsOf } from "../../support/offer-answers.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
  pair = await debtPair(api);
});
afterAll(() => api.close());

describe("200", () => {
  test("ends the offer, and tells a borrower who knew of it", async () => {
    const { lender, borrower, offered } = await debtPair(api);
    const { id } = await offered();
    const withdrawn = await lender.done(id, "withdrawal");
    expect(withdrawn).toMatchObject({ state: "withdrawn", endedAt: api.clock.now(), possible: [] });
    expect((await borrower.debt(id)).state).toBe("withdrawn");
    expect((await api.mails.to(borrower.user.address)).map(({ subject }) => subject)).toEqual([
      "Leyla Aydın offers you an agreement on a debt",
      "Leyla Aydın has withdrawn an offer",
    ]);
  });

  test("before the offer was brought anywhere: nobody is told of it at all", async () => {
    const { lender, borrower } = await debtPair(api);
    const { id } = expected(201, await lender.offer(offerTo(borrower)));
    await lender.done(id, "withdrawal");
    expect(await api.mails.to(borrower.user.address)).toHaveLength(0);
    expect(await loggedOf(api, { id })).toEqual(["offered", "withdrawn"]);
    expect((await borrower.get(`/v1/debts/${id}`)).status).toBe(404);
  });
});

refusalsOf(() => ({ api, pair }), { path: "withdrawal", action: "withdraw", by: "lender" });
