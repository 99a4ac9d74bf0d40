import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { linksOf, recordedBy } from "../../support/debt-postings.ts";
import { euros, noId } from "../../support/debt-refusals.ts";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
let debtId: string;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
  pair = await debtPair(api);
  debtId = (await pair.active()).id;
});
afterAll(() => api.close());

const link = (party: "lender" | "borrower" | "stranger", body: object, id = debtId) =>
  pair[party].post(`/v1/debts/${id}/posting-links`, body);

describe("201", () => {
  test("is seen by whoever linked it, and by nobody else", async () => {
    const [transactionId = ""] = await recordedBy(pair.borrower);
    const { status, body } = await link("borrower", { transactionId });
    expect(status).toBe(201);
    expect(body).toEqual({ transactionId, paymentId: null, linkedAt: api.clock.now() } as never);
    expect(await linksOf(pair.borrower, debtId)).toMatchObject([{ transactionId }]);
    expect(await linksOf(pair.lender, debtId)).toEqual([]);
    const log = await pair.lender.get(`/v1/debts/${debtId}/custody`);
    expect(JSON.stringify(log.body)).not.toContain(transactionId);
  });

  test("to a payment, and to another one instead", async () => {
    const [transactionId = ""] = await recordedBy(pair.lender);
    const claim = { amount: euros("1.00"), paidOn: "2026-09-18", reference: "cash" };
    for (let times = 0; times < 2; times += 1) {
      const { openPayments } = await pair.borrower.done(debtId, "payments", claim);
      const paymentId = openPayments.at(-1)?.id ?? "";
      expect((await link("lender", { transactionId, paymentId })).status).toBe(201);
      expect(await linksOf(pair.lender, debtId)).toMatchObject([{ transactionId, paymentId }]);
    }
  });
});

describe("404", () => {
  test("for a transaction of somebody else, and one that is not there", async () => {
    const [others = ""] = await recordedBy(pair.lender);
    for (const transactionId of [others, noId]) {
      const { status, body } = await link("borrower", { transactionId });
      expect([status, body.code]).toEqual([404, "gbs.transaction_not_found"]);
    }
  });

  test("for a payment of another debt", async () => {
    const [transactionId = ""] = await recordedBy(pair.borrower);
    const other = await pair.active();
    const claim = { amount: euros("1.00"), paidOn: "2026-09-18", reference: "cash" };
    const { openPayments } = await pair.borrower.done(other.id, "payments", claim);
    const paymentId = openPayments[0]?.id;
    const { status, body } = await link("borrower", { transactionId, paymentId });
    expect([status, body.code]).toEqual([404, "gbs.payment_not_found"]);
  });

  test("for a stranger with a transaction of his own, and for a debt that is not there", async () => {
    const [transactionId = ""] = await recordedBy(pair.stranger);
    for (const id of [debtId, noId]) {
      const { status, body } = await link("stranger", { transactionId }, id);
      expect([status, body.code]).toEqual([404, "gbs.debt_not_found"]);
    }
  });
});

describe("409", () => {
  test("for one more than two hundred, linked by however many at once; a linked one can be linked anew", async () => {
    const { id } = await pair.active();
    await api.sql`insert into gbs.posting_links (debt_id, user_id, transaction_id, linked_at)
      select ${id}, ${pair.borrower.user.id}, gen_random_uuid(), now() from generate_series(1, 198)`;
    const ids = await recordedBy(pair.borrower, 6);
    const answers = await Promise.all(
      ids.map((transactionId) => link("borrower", { transactionId }, id)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 409, 409, 409, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ code: "gbs.too_many_posting_links", meta: { max: 200 } });
    const linked = ids[answers.findIndex(({ status }) => status === 201)];
    expect((await link("borrower", { transactionId: linked }, id)).status).toBe(201);
  });
});

describe("422", () => {
  test("for what is no id", async () => {
    for (const body of [{}, { transactionId: "x" }, { transactionId: noId, paymentId: "x" }])
      expect((await link("borrower", body)).status).toBe(422);
  });
});
