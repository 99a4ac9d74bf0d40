import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answersOf, because } from "../../support/debt-refusals.ts";
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
  test("ends nothing yet, and is told to the other party", async () => {
    const { id } = await pair.active();
    const debt = await pair.lender.done(id, "cancellations", { reason: "It was a gift." });
    expect(debt).toMatchObject({ state: "active", endedAt: null } as object);
    expect(debt.openCancellation).toMatchObject({
      proposedBy: "lender",
      reason: "It was a gift.",
    } as object);
    const { subject, text } = await api.mails.newest(pair.borrower.user.address);
    expect(subject).toBe("Leyla Aydın proposes to cancel a debt");
    expect(text).toContain("It was a gift.");
  });
});

describe("422", () => {
  test.each([{}, { reason: " " }, { reason: "x".repeat(501) }])(
    "for no reason: %p",
    async (body) => {
      const { id } = await pair.active();
      const answer = await pair.lender.act(id, "cancellations", body);
      expect([answer.status, answer.body.errors?.map(({ path }) => path)]).toEqual([
        422,
        ["/reason"],
      ]);
    },
  );
});

answersOf(() => ({ api, pair }), {
  ...{ action: "propose_cancellation", by: ["lender", "borrower"], status: 201 },
  states: ["active", "overdue", "defaulted"],
  prepare: () => ({ what: "cancellations", body: because }),
});
