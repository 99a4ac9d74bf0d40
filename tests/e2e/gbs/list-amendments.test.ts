import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { euros, noId } from "../../support/debt-refusals.ts";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
  pair = await debtPair(api);
});
afterAll(() => api.close());

const proposal = (more = {}) => ({
  ...{ amount: euros("300.00"), description: "A bicycle", dueOn: "2027-03-01" },
  ...{ reason: "My salary comes later.", ...more },
});

describe("200", () => {
  test("shows both parties all that were ever proposed, and what became of them", async () => {
    const { id } = await pair.active();
    const propose = async (party: "lender" | "borrower") => {
      const { openAmendment } = await pair.as(party).done(id, "amendments", proposal());
      return `amendments/${openAmendment?.id}`;
    };
    await pair.lender.done(id, `${await propose("lender")}/withdrawal`);
    api.clock.advance(1);
    await pair.lender.done(id, `${await propose("borrower")}/decline`);
    api.clock.advance(1);
    await propose("lender");
    type Page = { items: { state: string; proposedBy: string; decidedAt: string | null }[] };
    for (const party of ["lender", "borrower"] as const) {
      const { body } = await pair.as(party).get<Page>(`/v1/debts/${id}/amendments`);
      expect(body.items.map(({ state, proposedBy }) => `${proposedBy} ${state}`)).toEqual([
        ...["lender withdrawn", "borrower declined", "lender open"],
      ]);
      expect(body.items.at(-1)?.decidedAt).toBeNull();
    }
  });

  test("shows that one lapsed when the debt was paid", async () => {
    const { id } = await pair.active();
    await pair.lender.done(id, "amendments", proposal());
    const paidOn = api.clock.now().slice(0, 10);
    const claim = { amount: euros("300.00"), paidOn, reference: "cash" };
    const { openPayments } = await pair.borrower.done(id, "payments", claim);
    await pair.lender.done(id, `payments/${openPayments[0]?.id}/confirmation`);
    const { body } = await pair.lender.get<{ items: { state: string }[] }>(
      `/v1/debts/${id}/amendments`,
    );
    expect(body.items.map(({ state }) => state)).toEqual(["lapsed"]);
  });
});

describe("404", () => {
  test("for a stranger, and for a debt that is not there", async () => {
    const { id } = await pair.active();
    for (const [user, asked] of [
      [pair.stranger, id],
      [pair.lender, noId],
    ] as const) {
      const { status, body } = await user.get(`/v1/debts/${asked}/amendments`);
      expect([status, body.code]).toEqual([404, "gbs.debt_not_found"]);
    }
  });
});
