import { afterAll, beforeAll, expect, test } from "bun:test";
import { expectSound, stepsOf } from "../../support/debt-truths.ts";
import { type DebtAnswer, type DebtPair, debtPair, openDebtsApp, wake } from "../../support/gbs.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ environment: { READS_PER_MINUTE: "1000000" } });
  pair = await debtPair(api);
});
afterAll(() => api.close());

const euros = (amount: string) => ({ amount, currency: "EUR" });
const claim = (amount: string) => ({
  ...{ amount: euros(amount), paidOn: api.clock.now().slice(0, 10), reference: "cash" },
});
const times = <T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)));
const statuses = (answers: readonly DebtAnswer[]) => answers.map(({ status }) => status).toSorted();
const mailsTo = async (address: string) => (await api.mails.to(address)).length;

/** One of them has an effect, and the others are told what is possible instead. */
function expectOneEffect(answers: readonly DebtAnswer[]): void {
  expect(statuses(answers)).toEqual([200, ...answers.slice(1).map(() => 409)]);
  for (const { body, status } of answers)
    if (status === 409) expect(body.code).toBe("gbs.not_possible_now");
}

test("twenty who claim the same rest at once claim it once", async () => {
  const { id } = await pair.active();
  const answers = await times(20, () => pair.borrower.act(id, "payments", claim("300.00")));
  expect(statuses(answers)).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  expect((await pair.lender.debt(id)).claimed).toMatchObject(euros("300.00"));
  expect(await stepsOf(api, id)).toMatchObject({ payment_claimed: 1 });
  await expectSound(api, id);
});

test("twenty who claim seventy each of three hundred: four of them fit, and not a cent more", async () => {
  const { id } = await pair.active();
  const answers = await times(20, () => pair.borrower.act(id, "payments", claim("70.00")));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
  expect((await pair.lender.debt(id)).claimed).toMatchObject(euros("280.00"));
  await expectSound(api, id);
});

test("a payment that is confirmed eight times at once counts once, and is told of once", async () => {
  const { id } = await pair.active();
  const { openPayments } = await pair.borrower.done(id, "payments", claim("100.00"));
  const path = `payments/${openPayments[0]?.id}/confirmation`;
  const before = await mailsTo(pair.borrower.user.address);
  expectOneEffect(await times(8, () => pair.lender.act(id, path)));
  expect(await pair.lender.debt(id)).toMatchObject({
    paid: euros("100.00"),
    outstanding: euros("200.00"),
  });
  expect(await stepsOf(api, id)).toMatchObject({ payment_confirmed: 1 });
  expect(await mailsTo(pair.borrower.user.address)).toBe(before + 1);
  await expectSound(api, id);
});

test("the last payment that is confirmed, contested and withdrawn at once has one fate", async () => {
  for (let round = 0; round < 3; round += 1) {
    const { id } = await pair.active();
    const { openPayments } = await pair.borrower.done(id, "payments", claim("300.00"));
    const path = (what: string) => `payments/${openPayments[0]?.id}/${what}`;
    const [confirmed, contested, withdrawn] = await Promise.all([
      pair.lender.act(id, path("confirmation")),
      pair.lender.act(id, path("contest"), { reason: "Nothing has come." }),
      pair.borrower.act(id, path("withdrawal")),
    ]);
    const { state, paid } = await pair.lender.debt(id);
    const isPaid = confirmed.status === 200;
    expect(state).toBe(isPaid ? "settled" : "active");
    expect(paid).toMatchObject(euros(isPaid ? "300.00" : "0.00"));
    // A contested one can still be confirmed or withdrawn; these two exclude each other.
    expect([isPaid, withdrawn.status === 200]).toContain(false);
    expect([isPaid, withdrawn.status === 200, contested.status === 200]).toContain(true);
    await expectSound(api, id);
  }
});

test("an amendment that is accepted eight times at once raises the version of the terms by one", async () => {
  const { id } = await pair.active();
  const { openAmendment } = await pair.borrower.done(id, "amendments", {
    ...{ amount: euros("300.00"), description: "Later", dueOn: "2027-03-01", reason: "Please" },
  });
  const path = `amendments/${openAmendment?.id}/acceptance`;
  expectOneEffect(await times(8, () => pair.lender.act(id, path)));
  expect(await pair.lender.debt(id)).toMatchObject({ termsVersion: 2, openAmendment: null });
  expect(await stepsOf(api, id)).toMatchObject({ amendment_accepted: 1 });
  await expectSound(api, id);
});

test("two amendments that both parties propose at once: one is open, the other is refused", async () => {
  const { id } = await pair.active();
  const proposal = {
    amount: euros("300.00"),
    description: "Later",
    dueOn: "2027-03-01",
    reason: "Please",
  };
  const answers = await times(4, (index) =>
    pair.as(index % 2 ? "lender" : "borrower").act(id, "amendments", proposal),
  );
  expect(statuses(answers)).toEqual([201, 409, 409, 409]);
  expect(await stepsOf(api, id)).toMatchObject({ amendment_proposed: 1 });
  await expectSound(api, id);
});

test("a cancellation that is accepted while the debt is paid ends it in one way", async () => {
  for (let round = 0; round < 3; round += 1) {
    const { id } = await pair.active();
    const claimed = await pair.borrower.done(id, "payments", claim("300.00"));
    const { openCancellation } = await pair.lender.done(id, "cancellations", { reason: "A gift" });
    const answers = await Promise.all([
      pair.lender.act(id, `payments/${claimed.openPayments[0]?.id}/confirmation`),
      pair.borrower.act(id, `cancellations/${openCancellation?.id}/acceptance`),
    ]);
    expect(statuses(answers)).toEqual([200, 409]);
    const { state } = await pair.lender.debt(id);
    expect(state).toBe(answers[0]?.status === 200 ? "settled" : "cancelled");
    await expectSound(api, id);
  }
});

test("a default that is declared eight times at once is declared once, and told of once", async () => {
  const { id } = await pair.overdue();
  api.clock.advance(86_400);
  await wake(api);
  const before = await mailsTo(pair.borrower.user.address);
  expectOneEffect(await times(8, () => pair.lender.act(id, "default")));
  expect(await stepsOf(api, id)).toMatchObject({ defaulted: 1 });
  expect(await mailsTo(pair.borrower.user.address)).toBe(before + 1);
  await expectSound(api, id);
});
