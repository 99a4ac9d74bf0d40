import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answersOf, euros, noId } from "../../support/debt-refusals.ts";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
  pair = await debtPair(api);
});
afterAll(() => api.close());

const today = () => api.clock.now().slice(0, 10);
const claim = (amount: string, more = {}) => ({
  ...{ amount: euros(amount), paidOn: today(), reference: "cash", ...more },
});

describe("200", () => {
  test("leaves room for another claim; the withdrawn one stays in the list", async () => {
    const { id } = await pair.active();
    const { openPayments } = await pair.borrower.done(id, "payments", claim("300.00"));
    const debt = await pair.borrower.done(id, `payments/${openPayments[0]?.id}/withdrawal`);
    expect(debt).toMatchObject({ claimed: euros("0.00"), openPayments: [] } as object);
    await pair.borrower.done(id, "payments", claim("300.00"));
    const { body } = await pair.lender.get<{ items: { state: string }[] }>(
      `/v1/debts/${id}/payments`,
    );
    expect(body.items.map(({ state }) => state)).toEqual(["withdrawn", "claimed"]);
  });
});

answersOf(() => ({ api, pair }), {
  ...{ action: "withdraw_payment", by: ["borrower"], status: 200 },
  states: ["active", "overdue", "defaulted"],
  async prepare({ borrower }, { id }) {
    const { openPayments } = await borrower.done(id, "payments", claim("10.00"));
    return { what: `payments/${openPayments[0]?.id}/withdrawal` };
  },
  unknown: { what: `payments/${noId}/withdrawal`, code: "gbs.payment_not_found" },
});
