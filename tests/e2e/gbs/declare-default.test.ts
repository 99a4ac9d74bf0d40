import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { euros, noId } from "../../support/debt-refusals.ts";
import {
  type DebtPair,
  debtPair,
  debtStates,
  openDebtsApp,
  putInState,
} from "../../support/gbs.ts";
import { authorized } from "../../support/identity.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
  pair = await debtPair(api);
});
afterAll(() => api.close());

const second = 1_000;
/** Of the first due day in Istanbul. */
const overAt = "2026-10-01T21:00:00.000Z";
const shift = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString();
const graceEnd = shift(overAt, 24 * 3_600 * second);
const backAfter = async (run: () => Promise<void>) => {
  const began = api.clock.now();
  await run().finally(() => api.clock.set(began));
};

describe("200", () => {
  test("from 24 hours after the end of the due day on, to the second; told to the borrower", () =>
    backAfter(async () => {
      const { id } = await pair.active();
      api.clock.set(shift(graceEnd, -second));
      const early = await pair.lender.act(id, "default");
      expect([early.status, early.body.code]).toEqual([409, "gbs.not_possible_now"]);
      expect(early.body.detail).toContain(graceEnd);
      expect(await pair.lender.debt(id)).toMatchObject({ defaultPossibleAt: graceEnd } as object);
      api.clock.set(graceEnd);
      const debt = await pair.lender.done(id, "default");
      expect(debt).toMatchObject({ state: "defaulted", outstanding: euros("300.00") } as object);
      const { subject } = await api.mails.newest(pair.borrower.user.address);
      expect(subject).toBe("Leyla Aydın has declared a default");
    }));

  test("lets an amendment lapse; the debt can still be paid, and is settled then", () =>
    backAfter(async () => {
      const { id } = await pair.active();
      const later = { amount: euros("300.00"), description: "A bicycle", dueOn: "2027-03-01" };
      await pair.borrower.done(id, "amendments", { ...later, reason: "Later, please." });
      api.clock.set(graceEnd);
      expect((await pair.lender.done(id, "default")).openAmendment).toBeNull();
      const claim = { amount: euros("300.00"), paidOn: "2026-10-02", reference: "cash" };
      const { openPayments } = await pair.borrower.done(id, "payments", claim);
      const path = `payments/${openPayments[0]?.id}/confirmation`;
      expect((await pair.lender.done(id, path)).state).toBe("settled");
    }));
});

describe("401", () => {
  test("for a proof that is older than five minutes", () =>
    backAfter(async () => {
      const { id } = await pair.active();
      api.clock.set(graceEnd);
      const token = await pair.lender.token();
      api.clock.advance(301);
      const { status, body } = await authorized(api, token).post<{ code: string }>(
        `/v1/debts/${id}/default`,
      );
      expect([status, body.code]).toEqual([401, "auth.step_up_required"]);
    }));
});

describe("404", () => {
  test("for a stranger, and for a debt that is not there", async () => {
    const { id } = await pair.active();
    for (const [user, asked] of [
      [pair.stranger, id],
      [pair.lender, noId],
    ] as const) {
      const { status, body } = await user.act(asked, "default");
      expect([status, body.code]).toEqual([404, "gbs.debt_not_found"]);
    }
  });
});

describe("409", () => {
  test("for the borrower", () =>
    backAfter(async () => {
      const { id } = await pair.active();
      api.clock.set(graceEnd);
      const answer = await pair.borrower.act(id, "default");
      expect([answer.status, answer.body.code]).toEqual([409, "gbs.not_possible_now"]);
      expect(answer.body.detail).toStartWith("Only the lender can do this.");
    }));

  test("when what was due is paid meanwhile", () =>
    backAfter(async () => {
      const { id } = await pair.active();
      api.clock.set(graceEnd);
      const claim = { amount: euros("100.00"), paidOn: "2026-10-02", reference: "cash" };
      const { openPayments } = await pair.borrower.done(id, "payments", claim);
      await pair.lender.done(id, `payments/${openPayments[0]?.id}/confirmation`);
      const answer = await pair.lender.act(id, "default");
      expect(answer.body.meta).toMatchObject({ state: "active" });
    }));

  test.each(debtStates.filter((state) => state !== "overdue"))(
    "for a debt that is %s, which stays as it is",
    async (state) => {
      const debt = await pair.active();
      await putInState(api, debt, state);
      const before = await pair.lender.debt(debt.id);
      const answer = await pair.lender.act(debt.id, "default");
      expect([answer.status, answer.body.code]).toEqual([409, "gbs.not_possible_now"]);
      expect(answer.body.meta).toEqual({
        ...{ state: before.state, possible: before.possible.join(", ") },
      });
      expect(await pair.lender.debt(debt.id)).toEqual(before);
    },
  );
});
