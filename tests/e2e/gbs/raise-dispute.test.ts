import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answersOf, because, euros } from "../../support/debt-refusals.ts";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
  pair = await debtPair(api);
});
afterAll(() => api.close());

describe("201", () => {
  test("is recorded and told to the lender, and changes no amounts and no state", async () => {
    const before = await pair.active();
    const debt = await pair.borrower.done(before.id, "disputes", {
      reason: "I never got the money.",
    });
    const { state, terms, paid, outstanding, instalments } = before;
    expect(debt).toMatchObject({ state, terms, paid, outstanding, instalments } as object);
    expect(debt.openDispute).toEqual({
      ...{ id: expect.any(String), raisedAt: api.clock.now(), reason: "I never got the money." },
    } as never);
    expect((await pair.lender.debt(before.id)).openDispute).toEqual(debt.openDispute);
    const { subject } = await api.mails.newest(pair.lender.user.address);
    expect(subject).toBe("Mehmet Demir objects to a debt");
  });

  test("keeps nothing from being paid", async () => {
    const { id } = await pair.active();
    await pair.borrower.done(id, "disputes", because);
    const paidOn = api.clock.now().slice(0, 10);
    const claim = { amount: euros("300.00"), paidOn, reference: "cash" };
    const { openPayments } = await pair.borrower.done(id, "payments", claim);
    const debt = await pair.lender.done(id, `payments/${openPayments[0]?.id}/confirmation`);
    expect(debt.state).toBe("settled");
    expect(debt.openDispute).not.toBeNull();
  });
});

answersOf(() => ({ api, pair }), {
  ...{ action: "raise_dispute", by: ["borrower"], status: 201 },
  states: ["active", "overdue", "defaulted"],
  prepare: () => ({ what: "disputes", body: because }),
});
