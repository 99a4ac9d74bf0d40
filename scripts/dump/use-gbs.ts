import { eventually } from "../../tests/support/eventually.ts";
import type { KnownDebts, KnownUser } from "../../tests/support/kept-dumps.ts";
import { createClient } from "./client.ts";
import { createRecordings } from "./use-evidence.ts";

type Head = { readonly length: number; readonly hash: string };
type Debt = {
  readonly id: string;
  readonly state: string;
  readonly terms: { readonly timeZone: string };
  readonly custody: Head;
  readonly openPayments: readonly { readonly id: string }[];
  readonly openAmendment: { readonly id: string } | null;
};

const daySeconds = 86_400;
const deliveredTimeoutMs = 30_000;
const documentsTimeoutMs = 60_000;

/**
 * Lets somebody whose plan has debts lend to somebody else: one debt that waits for its answer, one with a payment, an
 * amendment and a dispute, one that is paid, and one at each state that a recording can be in.
 */
export async function useGbs(installation: {
  readonly url: string;
  readonly lender: KnownUser;
  readonly borrower: KnownUser;
  readonly operator: KnownUser;
}): Promise<KnownDebts> {
  const { lender, borrower, operator } = installation;
  const client = createClient(installation.url, { keyed: false });
  const { send, signIn } = client;
  const [lends, owes] = [await signIn(lender), await signIn(borrower)];
  const recordings = createRecordings({ client, lends, owes, reviews: await signIn(operator) });
  const { accept, record, decide, reveal, evidenceOf } = recordings;

  const get = (token: string, id: string) =>
    send<Debt>("GET", `/debts/${id}`, undefined, token).catch(() => undefined);
  const act = (token: string, { id }: Debt, what: string, body?: object) =>
    send<Debt>("POST", `/debts/${id}/${what}`, body, token);
  const offer = async (description: string, terms: object): Promise<Debt> => {
    const asked = { borrowerAddress: borrower.address, description, ...terms };
    const { id } = await send<Debt>("POST", "/debts", asked, lends);
    return eventually("the offer has arrived", () => get(owes, id), deliveredTimeoutMs);
  };
  const pay = async (debt: Debt, amount: object): Promise<Debt> => {
    const paidOn = dayIn(debt);
    const claimed = await act(owes, debt, "payments", { amount, paidOn, reference: "Havale 17" });
    return act(lends, debt, `payments/${claimed.openPayments[0]?.id}/confirmation`);
  };

  const documents = async ({ id }: Debt, count: number) =>
    eventually(
      "the documents are written",
      async () => {
        const path = `/debts/${id}/documents`;
        const { items } = await send<{ items: object[] }>("GET", path, undefined, lends);
        return items.length >= count || undefined;
      },
      documentsTimeoutMs,
    );

  const approved = async (debt: Debt) => {
    await accept(debt);
    await record(debt);
    await decide(debt, "approve");
  };

  const plan = { firstDueOn: inDays(40), every: "month", count: 7 };
  const waiting = await offer("Kaution für die Wohnung", { amount: euros("900.00"), plan });
  const running = await offer("Eski araba", { amount: euros("1000.00"), plan });
  await approved(running);
  const key = await reveal(running);
  await recordings.seal(running, key);
  await documents(running, 1); // an agreement that is amended before it is written is not written
  await pay(running, euros("142.86"));
  const later = { amount: euros("1000.00"), description: "Eski araba", dueOn: inDays(400) };
  const amendment = { ...later, reason: "Maaşım geç geliyor." };
  const { openAmendment } = await act(owes, running, "amendments", amendment);
  await act(lends, running, `amendments/${openAmendment?.id}/acceptance`);
  await act(owes, running, "disputes", { reason: "Fren bozuk." });
  const paid = await offer("Konserttickets", { amount: euros("64.50"), dueOn: inDays(30) });
  await recordings.nameRecipient(paid);
  await approved(paid);
  await recordings.sealed(paid);
  await pay(paid, euros("64.50"));

  await documents(running, 2);
  await documents(paid, 2);
  const small = () => offer("Für die Reise", { amount: euros("20.00"), dueOn: inDays(400) });
  const [receiving, submitted, sentBack] = [await small(), await small(), await small()];
  const [unrevealed, revealed] = [await small(), await small()];
  await accept(receiving);
  await recordings.beginTwice(receiving);
  await accept(submitted);
  await record(submitted);
  await accept(sentBack);
  await record(sentBack);
  await decide(sentBack, "send_back");
  await approved(unrevealed);
  await approved(revealed);
  await reveal(revealed);
  for (const debt of [unrevealed, revealed]) await documents(debt, 1);

  const all = [
    ...[waiting, running, paid],
    ...[receiving, submitted, sentBack, unrevealed, revealed],
  ];
  const known = all.map(async (debt) => {
    const { id, state, custody } = await send<Debt>("GET", `/debts/${debt.id}`, undefined, lends);
    const { items } = await evidenceOf(debt);
    return {
      ...{ id, state, head: `${custody.length}:${custody.hash}` },
      evidence: items.map(({ state, access }) => ({ state, access })),
      ...(debt === running ? { key } : {}),
    };
  });
  return {
    ...{ lender: lender.address, borrower: borrower.address },
    debts: await Promise.all(known),
  };
}

const dayIn = ({ terms }: Debt) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: terms.timeZone, dateStyle: "short" }).format(
    new Date(),
  );
const euros = (amount: string) => ({ amount, currency: "EUR" });
const inDays = (days: number) =>
  new Date(Date.now() + days * daySeconds * 1000).toISOString().slice(0, 10);
