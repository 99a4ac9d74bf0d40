import { Secret, TOTP } from "otpauth";
import { eventually } from "../../tests/support/eventually.ts";
import type { KnownDebts, KnownUser } from "../../tests/support/kept-dumps.ts";
import { createClient, type Tokens } from "./client.ts";

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
const codeSeconds = 30;
const deliveredTimeoutMs = 30_000;
const documentsTimeoutMs = 60_000;

/**
 * Lets somebody whose plan has debts lend to somebody else: one debt that waits for its answer, one with a payment, an
 * amendment and a dispute, one that is paid.
 */
export async function useGbs(installation: {
  readonly url: string;
  readonly lender: KnownUser;
  readonly borrower: KnownUser;
}): Promise<KnownDebts> {
  const { lender, borrower } = installation;
  const { send } = createClient(installation.url);
  const signIn = async (user: KnownUser) =>
    (await send<Tokens>("POST", "/auth/sessions", credentialsOf(user))).accessToken;
  const [lends, owes] = [await signIn(lender), await signIn(borrower)];

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

  const plan = { firstDueOn: inDays(40), every: "month", count: 7 };
  const waiting = await offer("Kaution für die Wohnung", { amount: euros("900.00"), plan });
  const running = await offer("Eski araba", { amount: euros("1000.00"), plan });
  await act(owes, running, "acceptance");
  await documents(running, 1); // an agreement that is amended before it is written is not written
  await pay(running, euros("142.86"));
  const later = { amount: euros("1000.00"), description: "Eski araba", dueOn: inDays(400) };
  const amendment = { ...later, reason: "Maaşım geç geliyor." };
  const { openAmendment } = await act(owes, running, "amendments", amendment);
  await act(lends, running, `amendments/${openAmendment?.id}/acceptance`);
  await act(owes, running, "disputes", { reason: "Fren bozuk." });
  const paid = await offer("Konserttickets", { amount: euros("64.50"), dueOn: inDays(30) });
  await act(owes, paid, "acceptance");
  await pay(paid, euros("64.50"));

  await documents(running, 2);
  await documents(paid, 2);
  const known = [waiting, running, paid].map(async ({ id }) => {
    const { state, custody } = await send<Debt>("GET", `/debts/${id}`, undefined, lends);
    return { id, state, head: `${custody.length}:${custody.hash}` };
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
/** The code of the next half minute: that of this one may be used. */
function credentialsOf({ address: email, password, totpSecret }: KnownUser): object {
  if (totpSecret === null) return { email, password };
  const secret = Secret.fromBase32(totpSecret);
  const timestamp = Date.now() + codeSeconds * 1000;
  return { email, password, code: TOTP.generate({ secret, timestamp }) };
}

const euros = (amount: string) => ({ amount, currency: "EUR" });
const inDays = (days: number) =>
  new Date(Date.now() + days * daySeconds * 1000).toISOString().slice(0, 10);
