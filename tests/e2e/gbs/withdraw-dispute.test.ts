import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answersOf, because, noId } from "../../support/debt-refusals.ts";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
  pair = await debtPair(api);
});
afterAll(() => api.close());

describe("200", () => {
  test("takes it back, and room is for another one", async () => {
    const { id } = await pair.active();
    const { openDispute } = await pair.borrower.done(id, "disputes", because);
    const debt = await pair.borrower.done(id, `disputes/${openDispute?.id}/withdrawal`);
    expect(debt.openDispute).toBeNull();
    const again = await pair.borrower.done(id, "disputes", because);
    const answer = await pair.borrower.act(id, `disputes/${openDispute?.id}/withdrawal`);
    expect([answer.status, answer.body.code]).toEqual([409, "gbs.not_possible_now"]);
    expect((await pair.borrower.debt(id)).openDispute).toEqual(again.openDispute);
  });
});

answersOf(() => ({ api, pair }), {
  ...{ action: "withdraw_dispute", by: ["borrower"], status: 200 },
  states: ["active", "overdue", "defaulted", "refused", "settled", "cancelled"],
  async prepare({ borrower }, { id }) {
    const { openDispute } = await borrower.done(id, "disputes", because);
    return { what: `disputes/${openDispute?.id}/withdrawal` };
  },
  unknown: { what: `disputes/${noId}/withdrawal`, code: "gbs.dispute_not_found" },
});
