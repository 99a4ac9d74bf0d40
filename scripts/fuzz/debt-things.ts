import { eventually } from "./client.ts";
import {
  act,
  active,
  because,
  currency,
  offered,
  type People,
  type Person,
  post,
  type Thing,
  terms,
  today,
} from "./debt-steps.ts";
import type { Things } from "./things.ts";

/**
 * For each operation on debts one in the state that it needs, with the fuzzer as the party that may do it, or as an
 * administrator who is none. A default is declared a day after a due day: no debt made today is overdue.
 */
export async function prepareDebts(people: People, transactionId: string): Promise<Things> {
  const { fuzzer, otherAdmin, counterparty, blocked } = people;
  const lent = await active(otherAdmin, counterparty, fuzzer);
  const [toBlock, blockedBefore] = blocked;
  return {
    DEBT_ID: lent.id,
    DEBT_DOCUMENT_ID: await agreementOf(fuzzer, lent),
    LINK_PAYMENT_ID: idOf((await claim(fuzzer, lent)).openPayments[0]),
    TODAY: today,
    DUE_ON: terms.dueOn,
    BORROWER_ADDRESS: "fuzzed-borrower@example.org",
    ACCEPT_DEBT_ID: (await offered(counterparty, fuzzer)).id,
    DECLINE_DEBT_ID: (await offered(counterparty, fuzzer)).id,
    WITHDRAW_DEBT_ID: (await offered(fuzzer, counterparty)).id,
    BLOCK_DEBT_ID: (await offered(toBlock, fuzzer)).id,
    LIFT_BLOCK_ID: (await act(fuzzer, await offered(blockedBefore, fuzzer), "block")).id,
    ...(await prepareAnswers(people)),
    ...(await preparePayments(people)),
    ...(await prepareOwn(people, transactionId)),
    ...(await prepareAdministration(people)),
  };
}

/** Amendments and cancellations that wait for an answer, or can be withdrawn. */
async function prepareAnswers({ fuzzer, otherAdmin, counterparty }: People): Promise<Things> {
  const debt = () => active(otherAdmin, counterparty, fuzzer);
  const [accept, decline, withdraw, end] = [await debt(), await debt(), await debt(), await debt()];
  return {
    ACCEPT_AMENDMENT_DEBT_ID: accept.id,
    ACCEPT_AMENDMENT_ID: idOf((await amend(counterparty, accept)).openAmendment),
    DECLINE_PROPOSAL_DEBT_ID: decline.id,
    DECLINE_AMENDMENT_ID: idOf((await amend(counterparty, decline)).openAmendment),
    DECLINE_CANCELLATION_ID: idOf((await cancel(counterparty, decline)).openCancellation),
    WITHDRAW_PROPOSAL_DEBT_ID: withdraw.id,
    WITHDRAW_AMENDMENT_ID: idOf((await amend(fuzzer, withdraw)).openAmendment),
    WITHDRAW_CANCELLATION_ID: idOf((await cancel(fuzzer, withdraw)).openCancellation),
    ACCEPT_CANCELLATION_DEBT_ID: end.id,
    ACCEPT_CANCELLATION_ID: idOf((await cancel(counterparty, end)).openCancellation),
  };
}

/** What the fuzzer is paid. */
async function preparePayments({ fuzzer, otherAdmin, counterparty }: People): Promise<Things> {
  const owed = await active(otherAdmin, fuzzer, counterparty);
  await claim(counterparty, owed);
  const { openPayments } = await claim(counterparty, owed);
  const [confirmed, contested] = openPayments;
  return {
    PAYMENT_DEBT_ID: owed.id,
    CONFIRM_PAYMENT_ID: idOf(confirmed),
    CONTEST_PAYMENT_ID: idOf(contested),
  };
}

/** What the fuzzer has begun himself, and can take back. */
async function prepareOwn(
  { fuzzer, otherAdmin, counterparty }: People,
  transactionId: string,
): Promise<Things> {
  const debt = await active(otherAdmin, counterparty, fuzzer);
  const { openPayments } = await claim(fuzzer, debt);
  const { openDispute } = await act(fuzzer, debt, "disputes", because);
  await act(fuzzer, debt, "posting-links", { transactionId });
  return {
    TAKE_BACK_DEBT_ID: debt.id,
    WITHDRAW_PAYMENT_ID: idOf(openPayments[0]),
    WITHDRAW_DISPUTE_ID: idOf(openDispute),
  };
}

/** Debts of others: an administrator decides nothing of his own. */
async function prepareAdministration(people: People): Promise<Things> {
  const { fuzzer, otherAdmin, counterparty, third } = people;
  const others = () => offered(counterparty, third);
  const inspected = await others();
  const propose = async (by: Person) =>
    post(by, `/v1/admin/gbs/debts/${(await others()).id}/legal-holds`, because);
  const decide = (by: Person, { id }: Thing, what: string, body?: object) =>
    post(by, `/v1/admin/gbs/legal-holds/${id}/${what}`, body);
  const inForce = async () => decide(otherAdmin, await propose(fuzzer), "confirmation");
  return {
    INSPECT_DEBT_ID: inspected.id,
    ABUSE_REPORT_ID: (await act(third, inspected, "abuse-reports", because)).id,
    CONFIRM_HOLD_ID: (await propose(otherAdmin)).id,
    RELEASE_HOLD_ID: (await inForce()).id,
    CONFIRM_RELEASE_HOLD_ID: (await decide(otherAdmin, await inForce(), "release", because)).id,
  };
}

const amend = (who: Person, debt: Thing) =>
  act(who, debt, "amendments", { ...terms, ...because, description: "Changed" });
const cancel = (who: Person, debt: Thing) => act(who, debt, "cancellations", because);
const claim = (who: Person, debt: Thing) =>
  act(who, debt, "payments", {
    ...{ amount: { amount: "10.00", currency }, paidOn: today, reference: "cash" },
  });

const agreementOf = ({ client }: Person, { id }: Thing): Promise<string> =>
  eventually("the agreement is written", async () => {
    const { items } = (await client.get<{ items: Thing[] }>(`/v1/debts/${id}/documents`)).body;
    return items[0]?.id;
  });

function idOf(thing: Thing | null | undefined): string {
  if (!thing) throw new Error("nothing waits for an answer");
  return thing.id;
}
