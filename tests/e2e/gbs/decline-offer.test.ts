import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type DebtPair, debtPair, loggedOf, openDebtsApp } from "../../support/gbs.ts";
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
  test("ends the offer, and tells the lender without saying who declined", async () => {
    const { lender, borrower, offered } = await debtPair(api);
    const { id } = await offered();
    const declined = await borrower.done(id, "decline");
    expect(declined).toMatchObject({ state: "declined", endedAt: api.clock.now(), possible: [] });
    expect(await lender.debt(id)).toMatchObject({
      state: "declined",
      counterparty: { displayName: null },
      possible: [],
    });
    expect(await loggedOf(api, { id })).toEqual(["offered", "delivered", "declined"]);
    const mail = await api.mails.newest(lender.user.address);
    expect(mail.subject).toBe("Your offer of 300.00 EUR was declined");
    expect(mail.text).not.toContain("Mehmet");
    expect(await api.mails.to(borrower.user.address)).toHaveLength(1);
  });
});

refusalsOf(() => ({ api, pair }), { path: "decline", action: "decline", by: "borrower" });
