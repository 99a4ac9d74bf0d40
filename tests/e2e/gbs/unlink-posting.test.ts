import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { linksOf, recordedBy } from "../../support/debt-postings.ts";
import { noId } from "../../support/debt-refusals.ts";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
let debtId: string;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
  pair = await debtPair(api);
  debtId = (await pair.active()).id;
});
afterAll(() => api.close());

describe("204", () => {
  test("takes the link away and leaves the transaction", async () => {
    const [transactionId = ""] = await recordedBy(pair.borrower);
    await pair.borrower.post(`/v1/debts/${debtId}/posting-links`, { transactionId });
    const path = `/v1/debts/${debtId}/posting-links/${transactionId}`;
    expect((await pair.borrower.delete(path)).status).toBe(204);
    expect(await linksOf(pair.borrower, debtId)).toEqual([]);
    expect((await pair.borrower.get(`/v1/transactions/${transactionId}`)).status).toBe(200);
  });
});

describe("404", () => {
  test("for what is not linked, and for a link of the other party, which stays", async () => {
    const [transactionId = ""] = await recordedBy(pair.borrower);
    await pair.borrower.post(`/v1/debts/${debtId}/posting-links`, { transactionId });
    for (const [user, id] of [
      [pair.lender, transactionId],
      [pair.borrower, noId],
    ] as const) {
      const { status, body } = await user.delete(`/v1/debts/${debtId}/posting-links/${id}`);
      expect([status, body.code]).toEqual([404, "gbs.posting_link_not_found"]);
    }
    expect(await linksOf(pair.borrower, debtId)).toHaveLength(1);
  });

  test("for a stranger, and for a debt that is not there", async () => {
    for (const [user, id] of [
      [pair.stranger, debtId],
      [pair.lender, noId],
    ] as const) {
      const { status, body } = await user.delete(`/v1/debts/${id}/posting-links/${noId}`);
      expect([status, body.code]).toEqual([404, "gbs.debt_not_found"]);
    }
  });
});
