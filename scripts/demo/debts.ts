import { type Client, DemoError } from "./client.ts";
import { monthAfter } from "./household.ts";
import { friend, person } from "./person.ts";

const deliveryTimeoutMs = 30_000;

/** Both sides of the debts, signed in. */
export type Sides = { readonly own: Client; readonly friends: Client };

type Debt = {
  readonly id: string;
  readonly state: string;
  readonly terms: { readonly description: string; readonly timeZone: string };
  readonly paid: { readonly amount: string };
  readonly openPayments: readonly { readonly id: string }[];
};
type Loan = {
  readonly lender: Client;
  readonly borrower: Client;
  readonly offer: {
    readonly borrowerAddress: string;
    readonly description: string;
    readonly amount: { readonly amount: string; readonly currency: string };
  };
};

/** They bind nobody, and never will. */
const over = ["declined", "withdrawn", "expired", "cancelled"];

/**
 * Three debts between the household and a friend: one waits for the friend's answer, one is paid back in instalments, and
 * one is paid. Gives how many of them were not there, or not as far.
 */
export async function makeDebts({ own, friends }: Sides, today: string): Promise<number> {
  const dueOn = `${monthAfter(today.slice(0, 7), 1)}-15`;
  const lends = { lender: own, borrower: friends };
  const borrows = { lender: friends, borrower: own };
  const deposit = {
    ...{ borrowerAddress: friend.email, description: "Deposit for the flat in Wedding", dueOn },
    amount: euros("850.00"),
  };
  const bicycle = {
    ...{ borrowerAddress: friend.email, description: "Cargo bicycle, second hand" },
    ...{ amount: euros("1200.00"), plan: { firstDueOn: dueOn, every: "month", count: 6 } },
  };
  const tickets = {
    ...{ borrowerAddress: person.email, description: "Concert tickets", dueOn },
    amount: euros("129.80"),
  };
  const changed = [
    await offered({ ...lends, offer: deposit }),
    await repaid({ ...lends, offer: bicycle }, euros("200.00")),
    await repaid({ ...borrows, offer: tickets }, tickets.amount),
  ];
  return changed.filter(({ isNew }) => isNew).length;
}

const euros = (amount: string) => ({ amount, currency: "EUR" });

/** Found by what it is for, unless it has ended without being agreed. */
async function offered({ lender, offer }: Loan): Promise<{ debt: Debt; isNew: boolean }> {
  const known = await lender.get<{ items: readonly Debt[] }>("/v1/debts?role=lender&limit=200");
  const debt = known.items.find(
    ({ state, terms }) => terms.description === offer.description && !over.includes(state),
  );
  return debt
    ? { debt, isNew: false }
    : { debt: await lender.post<Debt>("/v1/debts", offer), isNew: true };
}

/** Agreed by the borrower, and one payment made and confirmed. */
async function repaid(loan: Loan, amount: { amount: string }): Promise<{ isNew: boolean }> {
  const { lender, borrower } = loan;
  let { debt, isNew } = await offered(loan);
  const path = `/v1/debts/${debt.id}`;
  if (debt.state === "offered") {
    await delivered(borrower, debt);
    debt = await borrower.post<Debt>(`${path}/acceptance`, {});
    isNew = true;
  }
  if (/[1-9]/.test(debt.paid.amount)) return { isNew };
  if (debt.openPayments.length === 0) {
    const paidOn = dayIn(debt.terms.timeZone);
    debt = await borrower.post<Debt>(`${path}/payments`, { amount, paidOn, reference: "IBAN" });
  }
  await lender.post(`${path}/payments/${debt.openPayments[0]?.id}/confirmation`, {});
  return { isNew: true };
}

/** A job brings an offer to its borrower. */
async function delivered(borrower: Client, { id }: Debt): Promise<void> {
  const deadline = performance.now() + deliveryTimeoutMs;
  while (performance.now() < deadline) {
    const { items } = await borrower.get<{ items: readonly Debt[] }>("/v1/debts?limit=200");
    if (items.some((debt) => debt.id === id)) return;
    await Bun.sleep(250);
  }
  throw new DemoError(`The offer ${id} did not arrive within ${deliveryTimeoutMs / 1000} s.`);
}

const dayIn = (timeZone: string) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(new Date());
