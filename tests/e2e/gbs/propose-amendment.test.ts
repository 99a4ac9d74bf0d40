import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answersOf, euros } from "../../support/debt-refusals.ts";
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

describe("201", () => {
  test("changes nothing but what is open, and is told to the other party", async () => {
    const { id, terms } = await pair.active();
    const debt = await pair.borrower.done(id, "amendments", proposal());
    expect(debt).toMatchObject({ termsVersion: 1, terms } as object);
    expect(debt.openAmendment).toMatchObject({
      ...{ proposedBy: "borrower", reason: "My salary comes later." },
      terms: { instalments: [{ dueOn: "2027-03-01", amount: euros("300.00") }] },
    } as object);
    const { subject, text } = await api.mails.newest(pair.lender.user.address);
    expect(subject).toBe("Mehmet Demir proposes other terms");
    expect(text).toContain("My salary comes later.");
  });
});

describe("409", () => {
  test("while another one waits for its answer", async () => {
    const { id } = await pair.active();
    await pair.borrower.done(id, "amendments", proposal());
    for (const party of ["lender", "borrower"] as const) {
      const answer = await pair.as(party).act(id, "amendments", proposal());
      expect(answer.body.detail).toStartWith("An amendment waits for its answer. Possible now:");
    }
  });
});

describe("422", () => {
  test("for less than what is paid and claimed", async () => {
    const { id } = await pair.active();
    const paidOn = api.clock.now().slice(0, 10);
    await pair.borrower.done(id, "payments", { amount: euros("10.00"), paidOn, reference: "cash" });
    const answer = await pair.lender.act(id, "amendments", proposal({ amount: euros("9.99") }));
    expect([answer.status, answer.body.errors?.map(({ path }) => path)]).toEqual([
      422,
      ["/amount/amount"],
    ]);
  });

  test.each([
    ["another currency", { amount: { amount: "300.00", currency: "USD" } }, ["/amount/currency"]],
    ["a day that is not ahead", { dueOn: "2026-09-18" }, ["/dueOn"]],
    ["a blank reason", { reason: " " }, ["/reason"]],
    ["no schedule", { dueOn: undefined }, ["/dueOn"]],
    [
      "several faults at once",
      { dueOn: "2020-01-01", description: " " },
      ["/description", "/dueOn"],
    ],
  ])("for %s", async (_, more, places) => {
    const { id } = await pair.active();
    const answer = await pair.lender.act(id, "amendments", proposal(more));
    expect([answer.status, answer.body.errors?.map(({ path }) => path)]).toEqual([422, places]);
  });
});

describe("429", () => {
  test("for the twenty-first of a day", async () => {
    const { id } = await pair.active();
    for (let count = 0; count < 20; count += 1) {
      const { openAmendment } = await pair.lender.done(id, "amendments", proposal());
      await pair.lender.done(id, `amendments/${openAmendment?.id}/withdrawal`);
    }
    const answer = await pair.borrower.act(id, "amendments", proposal());
    expect([answer.status, answer.body.code]).toEqual([429, "limit.exceeded"]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

answersOf(() => ({ api, pair }), {
  ...{ action: "propose_amendment", by: ["lender", "borrower"], status: 201 },
  states: ["active", "overdue"],
  prepare: () => ({ what: "amendments", body: proposal() }),
});
