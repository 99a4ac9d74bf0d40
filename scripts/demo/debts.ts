import { type Client, DemoError } from "./client.ts";
import { monthAfter } from "./household.ts";
import { friend, person } from "./person.ts";
import { type Approve, acceptDebt, recordDebt, takeKey } from "./recordings.ts";

const deliveryTimeoutMs = 180_000;

/** Both sides of the debts, signed in, and who approves what they record. */
export type Sides = { readonly own: Client; readonly friends: Client; readonly approve: Approve };

type Debt = {
  readonly id: string;
  readonly state: string;
  readonly evidence: "none" | "video";
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
/** How far a debt is brought. `isNew`: it was not as far before. */
type Brought = { readonly debt: Debt; readonly isNew: boolean };

/** They bind nobody, and never will. */
const over = ["declined", "withdrawn", "expired", "refused", "cancelled"];

/**
 * Four debts between the household and a friend: one waits for the friend's answer, one for an operator; one is paid back in
 * instalments, and its lender has not asked for the key of its recording yet; one is paid, and its recording sealed. Gives
 * how many of them were not there, or not as far, and the keys that were shown.
 */
export async function makeDebts(sides: Sides, today: string) {
  const { own, friends, approve } = sides;
  const dueOn = `${monthAfter(today.slice(0, 7), 1)}-15`;
  const lends = { lender: own, borrower: friends };
  const borrows = { lender: friends, borrower: own };
  const toFriend = (description: string, amount: string, due: object = { dueOn }) => ({
    ...{ borrowerAddress: friend.email, description, amount: euros(amount), ...due },
  });
  const plan = { firstDueOn: dueOn, every: "month", count: 6 };
  const deposit = toFriend("Deposit for the flat in Wedding", "850.00");
  const bicycle = toFriend("Cargo bicycle, second hand", "1200.00", { plan });
  const camera = toFriend("Camera for the wedding", "640.00");
  const tickets = {
    ...{ borrowerAddress: person.email, description: "Concert tickets", dueOn },
    amount: euros("129.80"),
  };
  const agreedBicycle = await agreed({ ...lends, offer: bicycle }, approve);
  const agreedTickets = await agreed({ ...borrows, offer: tickets }, approve);
  const key = await takeKey(friends, friend, agreedTickets.debt);
  const changed = [
    (await offered({ ...lends, offer: deposit })).isNew,
    (await recorded({ ...lends, offer: camera })).isNew,
    await paid(lends, agreedBicycle, euros("200.00")),
    (await paid(borrows, agreedTickets, tickets.amount)) || key !== null,
  ];
  const keys = key === null ? [] : [{ of: tickets.description, key }];
  return { count: changed.filter(Boolean).length, keys };
}

/** Found by what it is for, unless it has ended without being agreed. */
async function offered({ lender, offer }: Loan): Promise<Brought> {
  const known = await lender.get<{ items: readonly Debt[] }>("/v1/debts?role=lender&limit=200");
  const debt = known.items.find(
    ({ state, terms }) => terms.description === offer.description && !over.includes(state),
  );
  return debt
    ? { debt, isNew: false }
    : { debt: await lender.post<Debt>("/v1/debts", offer), isNew: true };
}

/** Agreed by the borrower, who commits himself in a recording where the debt takes one. */
async function recorded(loan: Loan): Promise<Brought> {
  const { borrower } = loan;
  let { debt, isNew } = await offered(loan);
  const path = `/v1/debts/${debt.id}`;
  if (debt.state === "offered") {
    await delivered(borrower, debt);
    await acceptDebt(borrower, debt);
    debt = await borrower.get<Debt>(path);
    isNew = true;
  }
  if (debt.state === "accepted" || debt.state === "sent_back") {
    await recordDebt(borrower, debt);
    debt = await borrower.get<Debt>(path);
    isNew = true;
  }
  return { debt, isNew };
}

/** It binds both: where it takes a recording, an operator has approved that. */
async function agreed(loan: Loan, approve: Approve): Promise<Brought> {
  const { debt, isNew } = await recorded(loan);
  if (debt.state !== "evidence_submitted" && debt.state !== "under_review") return { debt, isNew };
  await approve(loan.borrower, debt);
  return { debt: await loan.borrower.get<Debt>(`/v1/debts/${debt.id}`), isNew: true };
}

/** One payment made and confirmed. Gives whether the debt was not as far before. */
async function paid(
  { lender, borrower }: Pick<Loan, "lender" | "borrower">,
  { debt, isNew }: Brought,
  amount: { readonly amount: string },
): Promise<boolean> {
  if (/[1-9]/.test(debt.paid.amount)) return isNew;
  const path = `/v1/debts/${debt.id}`;
  let { openPayments } = debt;
  if (openPayments.length === 0) {
    const claim = { amount, paidOn: dayIn(debt.terms.timeZone), reference: "IBAN" };
    ({ openPayments } = await borrower.post<Debt>(`${path}/payments`, claim));
  }
  await lender.post(`${path}/payments/${openPayments[0]?.id}/confirmation`, {});
  return true;
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

const euros = (amount: string) => ({ amount, currency: "EUR" });

const dayIn = (timeZone: string) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(new Date());
