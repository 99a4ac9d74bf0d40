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
  test("counts, covers the oldest instalment first, and is told to the borrower", async () => {
    const { id } = await pair.active();
    const { openPayments } = await pair.borrower.done(id, "payments", claim("150.00"));
    const debt = await pair.lender.done(id, `payments/${openPayments[0]?.id}/confirmation`);
    expect(debt).toMatchObject({ paid: euros("150.00"), outstanding: euros("150.00") } as object);
    expect(debt.instalments.map(({ covered }) => `${covered.amount}`)).toEqual([
      "100.00",
      "50.00",
      "0.00",
    ]);
    const { subject } = await api.mails.newest(pair.borrower.user.address);
    expect(subject).toBe("Leyla Aydın confirms your payment of 150.00 EUR");
  });

  test("settles the debt with the last of it, and tells both once", async () => {
    const own = await debtPair(api);
    const { id } = await own.active();
    const { openPayments } = await own.borrower.done(id, "payments", claim("300.00"));
    const debt = await own.lender.done(id, `payments/${openPayments[0]?.id}/confirmation`);
    expect(debt).toMatchObject({
      state: "settled",
      endedAt: api.clock.now(),
      possible: [],
    } as object);
    expect(debt.outstanding).toMatchObject(euros("0.00"));
    for (const party of ["lender", "borrower"] as const) {
      const subjects = (await api.mails.to(own.as(party).user.address)).map(
        ({ subject }) => subject,
      );
      expect(subjects.filter((subject) => subject.startsWith("Settled:"))).toHaveLength(1);
    }
  });

  test("makes an overdue debt active again when all that is due is covered", async () => {
    const began = api.clock.now();
    const { id } = await pair.overdue();
    const { openPayments } = await pair.borrower.done(id, "payments", claim("100.00"));
    const debt = await pair.lender.done(id, `payments/${openPayments[0]?.id}/confirmation`);
    expect(debt).toMatchObject({ state: "active", defaultPossibleAt: null } as object);
    api.clock.set(began);
  });

  test("of one that was contested", async () => {
    const { id } = await pair.active();
    const { openPayments } = await pair.borrower.done(id, "payments", claim("10.00"));
    const path = `payments/${openPayments[0]?.id}`;
    await pair.lender.done(id, `${path}/contest`, { reason: "Nothing has come." });
    expect((await pair.lender.done(id, `${path}/confirmation`)).paid).toMatchObject(euros("10.00"));
  });
});

describe("409", () => {
  test("for a contested one whose place others have taken", async () => {
    const { id } = await pair.active();
    const { openPayments } = await pair.borrower.done(id, "payments", claim("300.00"));
    const path = `payments/${openPayments[0]?.id}`;
    await pair.lender.done(id, `${path}/contest`, { reason: "Nothing has come." });
    await pair.borrower.done(id, "payments", claim("0.01"));
    const answer = await pair.lender.act(id, `${path}/confirmation`);
    expect([answer.status, answer.body.code]).toEqual([409, "gbs.payment_exceeds_outstanding"]);
    expect((await pair.lender.debt(id)).paid).toMatchObject(euros("0.00"));
  });

  test("for one that is confirmed already", async () => {
    const { id } = await pair.active();
    const { openPayments } = await pair.borrower.done(id, "payments", claim("10.00"));
    const path = `payments/${openPayments[0]?.id}/confirmation`;
    await pair.borrower.done(id, "payments", claim("10.00"));
    await pair.lender.done(id, path);
    const answer = await pair.lender.act(id, path);
    expect(answer.body.detail).toStartWith("The payment is confirmed already. Possible now:");
    expect((await pair.lender.debt(id)).paid).toMatchObject(euros("10.00"));
  });
});

answersOf(() => ({ api, pair }), {
  ...{ action: "confirm_payment", by: ["lender"], status: 200 },
  states: ["active", "overdue", "defaulted"],
  async prepare({ borrower }, { id }) {
    const { openPayments } = await borrower.done(id, "payments", claim("10.00"));
    return { what: `payments/${openPayments[0]?.id}/confirmation` };
  },
  unknown: { what: `payments/${noId}/confirmation`, code: "gbs.payment_not_found" },
});
