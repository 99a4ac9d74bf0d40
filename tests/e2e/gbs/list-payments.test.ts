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

const today = () => api.clock.now().slice(0, 10);
const claim = (amount: string, more = {}) => ({
  ...{ amount: euros(amount), paidOn: today(), reference: "cash", ...more },
});

describe("200", () => {
  test("shows both parties all of them, the oldest first, in pages", async () => {
    const { id } = await pair.active();
    for (const amount of ["1.00", "2.00", "3.00"]) {
      await pair.borrower.done(id, "payments", claim(amount));
      api.clock.advance(1);
    }
    type Page = { items: { amount: { amount: string } }[]; nextCursor: string | null };
    for (const party of ["lender", "borrower"] as const) {
      const path = `/v1/debts/${id}/payments?limit=2`;
      const { body: first } = await pair.as(party).get<Page>(path);
      const { body: second } = await pair.as(party).get<Page>(`${path}&cursor=${first.nextCursor}`);
      expect([...first.items, ...second.items].map(({ amount }) => amount.amount)).toEqual([
        ...["1.00", "2.00", "3.00"],
      ]);
      expect([first.items.length, second.nextCursor]).toEqual([2, null]);
    }
  });
});

describe("404", () => {
  test("for a stranger, and for a debt that is not there", async () => {
    const { id } = await pair.active();
    for (const [user, asked] of [
      [pair.stranger, id],
      [pair.lender, noId],
    ] as const) {
      const { status, body } = await user.get(`/v1/debts/${asked}/payments`);
      expect([status, body.code]).toEqual([404, "gbs.debt_not_found"]);
    }
  });
});

describe("422", () => {
  test("for a cursor of another list", async () => {
    const { id } = await pair.active();
    expect((await pair.lender.get(`/v1/debts/${id}/payments?cursor=AAAA`)).status).toBe(422);
  });
});
