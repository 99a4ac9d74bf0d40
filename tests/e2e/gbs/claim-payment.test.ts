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

const today = () => api.clock.now().slice(0, 10);
const claim = (amount: string, more = {}) => ({
  ...{ amount: euros(amount), paidOn: today(), reference: "cash", ...more },
});

describe("201", () => {
  test("is the last of the open payments, counts as claimed, and is told to the lender", async () => {
    const { id } = await pair.active();
    await pair.borrower.done(id, "payments", claim("10.00"));
    const debt = await pair.borrower.done(
      id,
      "payments",
      claim("0.5", { reference: " Transfer 7 " }),
    );
    expect(debt.openPayments.at(-1)).toEqual({
      id: expect.any(String),
      ...{ amount: euros("0.50"), paidOn: today(), reference: "Transfer 7", state: "claimed" },
      ...{ claimedAt: api.clock.now(), decidedAt: null, contestReason: null },
    } as never);
    expect(debt).toMatchObject({ claimed: euros("10.50"), paid: euros("0.00") } as object);
    expect(debt.outstanding).toMatchObject(euros("300.00"));
    const { subject, text } = await api.mails.newest(pair.lender.user.address);
    expect(subject).toBe("Mehmet Demir says: 0.50 EUR paid");
    expect(text).toContain("Transfer 7");
    expect(text).toContain(`${debt.custody.length}:${debt.custody.hash}`);
  });

  test("for a day that has begun somewhere: around midnight people have days of their own", async () => {
    const { id } = await pair.active();
    await pair.borrower.done(id, "payments", claim("1.00", { paidOn: "2026-09-19" }));
  });

  test("once for one Idempotency-Key", async () => {
    const { id } = await pair.active();
    const key = { "idempotency-key": "claim-1" };
    const [one, again] = [
      await pair.borrower.post(`/v1/debts/${id}/payments`, claim("10.00"), key),
      await pair.borrower.post(`/v1/debts/${id}/payments`, claim("10.00"), key),
    ];
    expect(again).toMatchObject({ status: 201, body: one.body as object });
    expect((await pair.borrower.debt(id)).openPayments).toHaveLength(1);
  });
});

describe("409", () => {
  test("for more than is left, told how much that is", async () => {
    const { id } = await pair.active();
    await pair.borrower.done(id, "payments", claim("250.00"));
    const answer = await pair.borrower.act(id, "payments", claim("50.01"));
    expect([answer.status, answer.body.code]).toEqual([409, "gbs.payment_exceeds_outstanding"]);
    expect(answer.body.meta).toEqual({ outstanding: "300.00", claimed: "250.00", currency: "EUR" });
    await pair.borrower.done(id, "payments", claim("50.00"));
  });

  test("for a twenty-first that waits for an answer", async () => {
    const { id } = await pair.active();
    for (let count = 0; count < 20; count += 1)
      await pair.borrower.done(id, "payments", claim("1.00"));
    const answer = await pair.borrower.act(id, "payments", claim("1.00"));
    expect([answer.status, answer.body.code]).toEqual([409, "gbs.not_possible_now"]);
    expect(answer.body.detail).toStartWith("Too many payments wait for an answer.");
  });
});

describe("422", () => {
  test.each([
    ["an amount of nothing", () => claim("0"), ["/amount/amount"]],
    [
      "another currency",
      () => claim("1", { amount: { amount: "1", currency: "USD" } }),
      ["/amount/currency"],
    ],
    ["a tenth of a cent", () => claim("1.001"), ["/amount/amount"]],
    ["a day that has begun nowhere", () => claim("1", { paidOn: "2026-09-20" }), ["/paidOn"]],
    ["a day before the agreement", () => claim("1", { paidOn: "2026-09-17" }), ["/paidOn"]],
    ["a blank reference", () => claim("1", { reference: "  " }), ["/reference"]],
    [
      "all of it",
      () => claim("0", { paidOn: "2026-09-17", reference: " " }),
      ["/amount/amount", "/paidOn", "/reference"],
    ],
    ["no reference", () => claim("1", { reference: undefined }), ["/reference"]],
  ])("for %s, named where it stands", async (_, body, places) => {
    const { id } = await pair.active();
    const answer = await pair.borrower.act(id, "payments", body());
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map(({ path }) => path)).toEqual(places);
  });
});

answersOf(() => ({ api, pair }), {
  ...{ action: "claim_payment", by: ["borrower"], status: 201 },
  states: ["active", "overdue", "defaulted"],
  prepare: () => ({ what: "payments", body: claim("10.00") }),
});
