import type { Debt } from "#modules/gbs/contract";
import { recordedBy } from "./debt-postings.ts";
import { type DebtPair, debtPair } from "./gbs.ts";
import { adminVerbs, debtStaff, type Report } from "./gbs-admin.ts";
import type { TestApp } from "./test-app.ts";

const because = { reason: "Because." };
const tenEuros = { amount: { amount: "10.00", currency: "EUR" } };
const later = { ...tenEuros, ...because, description: "Later", dueOn: "2027-01-01" };

/** Everything that the parties and administrators can do about debts without evidence, once and with success. */
export async function changeDebts(api: TestApp): Promise<void> {
  const pair = await debtPair(api);
  await answerOffers(pair);
  await pay(api, pair);
  await amendAndCancel(pair);
  await dispute(api, pair);
  await blockAndReport(api);
  const { id } = await pair.overdue();
  api.clock.advance(31 * 86_400);
  await pair.lender.post(`/v1/debts/${id}/default`, because);
}

async function answerOffers({ lender, borrower, offered }: DebtPair): Promise<void> {
  await lender.done((await offered()).id, "withdrawal");
  await borrower.done((await offered()).id, "decline");
}

async function pay(api: TestApp, { lender, borrower, active }: DebtPair): Promise<void> {
  const { id } = await active();
  const paidOn = api.clock.now().slice(0, 10);
  const claim = async () => {
    const { openPayments } = await borrower.done(id, "payments", {
      ...tenEuros,
      paidOn,
      reference: "cash",
    });
    return openPayments.at(-1)?.id ?? "";
  };
  await borrower.done(id, `payments/${await claim()}/withdrawal`);
  await lender.done(id, `payments/${await claim()}/contest`, because);
  await lender.done(id, `payments/${await claim()}/confirmation`);
  const [transactionId] = await recordedBy(lender);
  await lender.done(id, "posting-links", { transactionId });
  await lender.delete(`/v1/debts/${id}/posting-links/${transactionId}`);
}

async function amendAndCancel({ lender, borrower, active }: DebtPair): Promise<void> {
  const { id } = await active();
  const amend = async () => (await lender.done(id, "amendments", later)).openAmendment?.id ?? "";
  await lender.done(id, `amendments/${await amend()}/withdrawal`);
  await borrower.done(id, `amendments/${await amend()}/decline`);
  await borrower.done(id, `amendments/${await amend()}/acceptance`);
  const cancel = async () =>
    (await lender.done(id, "cancellations", because)).openCancellation?.id ?? "";
  await lender.done(id, `cancellations/${await cancel()}/withdrawal`);
  await borrower.done(id, `cancellations/${await cancel()}/decline`);
  await borrower.done(id, `cancellations/${await cancel()}/acceptance`);
}

/** And what administrators do about it. */
async function dispute(api: TestApp, { borrower, active }: DebtPair): Promise<void> {
  const debt: Debt = await active();
  const disputed = await borrower.done(debt.id, "disputes", because);
  const { admin, otherAdmin } = await debtStaff(api);
  await admin.post(`/v1/admin/gbs/debts/${debt.id}/inspections`, because);
  const [one, other] = [adminVerbs(admin), adminVerbs(otherAdmin)];
  const hold = await one.propose(debt);
  await other.confirm(hold);
  await one.release(hold);
  await other.confirmRelease(hold);
  await borrower.done(debt.id, `disputes/${disputed.openDispute?.id}/withdrawal`);
}

async function blockAndReport(api: TestApp): Promise<void> {
  const { borrower, offered } = await debtPair(api);
  const { id } = await offered();
  const report = await borrower.post<Report>(`/v1/debts/${id}/abuse-reports`, because);
  const { admin } = await debtStaff(api);
  await adminVerbs(admin).resolve(report.body, "dismiss");
  const block = await borrower.post<{ id: string }>(`/v1/debts/${id}/block`);
  await borrower.delete(`/v1/debt-blocks/${block.body.id}`);
}
