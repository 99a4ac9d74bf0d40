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

const proposal = (more = {}) => ({
  ...{ amount: euros("300.00"), description: "A bicycle", dueOn: "2027-03-01" },
  ...{ reason: "My salary comes later.", ...more },
});

describe("200", () => {
  test("puts the terms in force as the next version, and is told to whoever proposed them", async () => {
    const { id } = await pair.active();
    const { openAmendment } = await pair.lender.done(id, "amendments", proposal());
    const debt = await pair.borrower.done(id, `amendments/${openAmendment?.id}/acceptance`);
    expect(debt).toMatchObject({ termsVersion: 2, openAmendment: null } as object);
    expect(debt.terms).toMatchObject({
      description: "A bicycle",
      instalments: [{ dueOn: "2027-03-01", amount: euros("300.00") }],
    } as object);
    const subjects = (await api.mails.to(pair.lender.user.address)).map(({ subject }) => subject);
    expect(subjects).toContain("Mehmet Demir has accepted your terms");
  });

  test("makes an overdue debt active again, and settles one that is paid by them", async () => {
    const began = api.clock.now();
    const { id } = await pair.overdue();
    const { openAmendment } = await pair.lender.done(id, "amendments", proposal());
    const debt = await pair.borrower.done(id, `amendments/${openAmendment?.id}/acceptance`);
    expect(debt.state).toBe("active");
    const paidOn = api.clock.now().slice(0, 10);
    const claim = { amount: euros("120.00"), paidOn, reference: "cash" };
    const { openPayments } = await pair.borrower.done(id, "payments", claim);
    await pair.lender.done(id, `payments/${openPayments[0]?.id}/confirmation`);
    const less = await pair.lender.done(id, "amendments", proposal({ amount: euros("120.00") }));
    const ended = await pair.borrower.done(id, `amendments/${less.openAmendment?.id}/acceptance`);
    expect(ended).toMatchObject({ state: "settled", outstanding: euros("0.00") } as object);
    api.clock.set(began);
  });
});

describe("409", () => {
  test("when days have overtaken them", async () => {
    const began = api.clock.now();
    const { id } = await pair.active();
    const { openAmendment } = await pair.lender.done(
      id,
      "amendments",
      proposal({ dueOn: "2026-09-20" }),
    );
    api.clock.set("2026-09-19T21:00:00.000Z");
    const answer = await pair.borrower.act(id, `amendments/${openAmendment?.id}/acceptance`);
    expect([answer.status, answer.body.code]).toEqual([409, "gbs.terms_no_longer_fit"]);
    expect((await pair.borrower.debt(id)).termsVersion).toBe(1);
    api.clock.set(began);
  });

  test("when payments have overtaken them", async () => {
    const { id } = await pair.active();
    const less = proposal({ amount: euros("10.00") });
    const { openAmendment } = await pair.lender.done(id, "amendments", less);
    const paidOn = api.clock.now().slice(0, 10);
    await pair.borrower.done(id, "payments", { amount: euros("10.01"), paidOn, reference: "cash" });
    const answer = await pair.borrower.act(id, `amendments/${openAmendment?.id}/acceptance`);
    expect([answer.status, answer.body.code]).toEqual([409, "gbs.terms_no_longer_fit"]);
  });

  test("for one that was withdrawn, though another one is open", async () => {
    const { id } = await pair.active();
    const { openAmendment } = await pair.lender.done(id, "amendments", proposal());
    await pair.lender.done(id, `amendments/${openAmendment?.id}/withdrawal`);
    await pair.lender.done(id, "amendments", proposal({ dueOn: "2027-06-01" }));
    const answer = await pair.borrower.act(id, `amendments/${openAmendment?.id}/acceptance`);
    expect([answer.status, answer.body.code]).toEqual([409, "gbs.not_possible_now"]);
    expect((await pair.borrower.debt(id)).termsVersion).toBe(1);
  });
});

answersOf(() => ({ api, pair }), {
  ...{ action: "accept_amendment", by: ["borrower"], status: 200, isProved: true },
  states: ["active", "overdue"],
  async prepare({ lender }, { id }) {
    const { openAmendment } = await lender.done(id, "amendments", proposal());
    return { what: `amendments/${openAmendment?.id}/acceptance` };
  },
  unknown: { what: `amendments/${noId}/acceptance`, code: "gbs.amendment_not_found" },
});
