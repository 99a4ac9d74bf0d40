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
  test("counts as nothing, keeps the reason, and is told to the borrower", async () => {
    const { id } = await pair.active();
    const { openPayments } = await pair.borrower.done(id, "payments", claim("150.00"));
    const path = `payments/${openPayments[0]?.id}/contest`;
    const debt = await pair.lender.done(id, path, { reason: "Nothing has come." });
    expect(debt).toMatchObject({ claimed: euros("0.00"), outstanding: euros("300.00") } as object);
    expect(debt.openPayments).toMatchObject([
      { state: "contested", contestReason: "Nothing has come.", decidedAt: api.clock.now() },
    ] as object[]);
    const { text } = await api.mails.newest(pair.borrower.user.address);
    expect(text).toContain("Nothing has come.");
  });
});

describe("422", () => {
  test.each([{}, { reason: " " }, { reason: "x".repeat(501) }])(
    "for no reason: %p",
    async (body) => {
      const { id } = await pair.active();
      const { openPayments } = await pair.borrower.done(id, "payments", claim("1.00"));
      const answer = await pair.lender.act(id, `payments/${openPayments[0]?.id}/contest`, body);
      expect(answer.status).toBe(422);
      expect(answer.body.errors?.map(({ path }) => path)).toEqual(["/reason"]);
    },
  );
});

answersOf(() => ({ api, pair }), {
  ...{ action: "contest_payment", by: ["lender"], status: 200 },
  states: ["active", "overdue", "defaulted"],
  async prepare({ borrower }, { id }) {
    const { openPayments } = await borrower.done(id, "payments", claim("10.00"));
    return {
      what: `payments/${openPayments[0]?.id}/contest`,
      body: { reason: "Nothing has come." },
    };
  },
  unknown: {
    what: `payments/${noId}/contest`,
    body: { reason: "Nothing has come." },
    code: "gbs.payment_not_found",
  },
});
