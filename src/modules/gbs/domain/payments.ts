import { signOf } from "#platform/kernel/decimal";
import { invalidField } from "#platform/kernel/errors";
import {
  addMoney,
  compareMoney,
  type Money,
  parseMoney,
  type Scales,
} from "#platform/kernel/money";
import { type Instant, type LocalDate, parseLocalDate } from "#platform/kernel/time";
import { dayIn } from "#platform/kernel/zone-day";
import type { Payment, PaymentState } from "../contract.ts";
import { gbsErrors } from "../errors.ts";
import { claimedOf, type DebtSnapshot, outstandingOf } from "./debt-snapshot.ts";
import { collectFaults } from "./faults.ts";
import { fullDecimals } from "./full-decimals.ts";
import { fits, unclaimedOf } from "./possible.ts";
import { readLine } from "./texts.ts";

export type ClaimInput = {
  readonly amount: { readonly amount: string; readonly currency: string };
  readonly paidOn: string;
  readonly reference: string;
};

/** Reads what a borrower says to have paid: since the debt was accepted, not tomorrow. 422 with all faults. */
export function readClaim(
  input: ClaimInput,
  {
    debt,
    scales,
    now,
  }: { readonly debt: DebtSnapshot; readonly scales: Scales; readonly now: Instant },
): Pick<Payment, "amount" | "paidOn" | "reference"> {
  const faults = collectFaults();
  const amount = faults.of(() => readAmount(input.amount, debt, scales));
  const paidOn = faults.of(() => readPaidOn(input.paidOn, debt, now));
  const reference = faults.of(() => readLine(input.reference, "/reference"));
  faults.throwAny();
  if (!amount || !paidOn || reference === undefined) throw new TypeError("a claim with faults");
  return { amount, paidOn, reference };
}

function readAmount(input: ClaimInput["amount"], { terms }: DebtSnapshot, scales: Scales): Money {
  const amount = parseMoney(input, scales, "/amount");
  if (amount.currency !== terms.amount.currency)
    throw invalidField("/amount/currency", "Must be the currency of the debt.");
  if (signOf(amount.amount) <= 0) throw invalidField("/amount/amount", "Must be more than zero.");
  return amount;
}

/** Where days begin last and first: whoever pays around midnight writes the day that he and his bank have. */
const lastZone = "Etc/GMT+12";
const firstZone = "Etc/GMT-14";

function readPaidOn(
  text: string,
  { acceptedAt, offeredAt }: DebtSnapshot,
  now: Instant,
): LocalDate {
  const day = parseLocalDate(text, "/paidOn");
  if (day < dayIn(lastZone, acceptedAt ?? offeredAt))
    throw invalidField("/paidOn", "Must not be before the day of the agreement.");
  if (day > dayIn(firstZone, now)) throw invalidField("/paidOn", "Must not be after today.");
  return day;
}

/** The debt with one more claim. Throws `gbs.payment_exceeds_outstanding` (409). */
export function withClaim(debt: DebtSnapshot, payment: Payment): DebtSnapshot {
  if (compareMoney(payment.amount, unclaimedOf(debt)) > 0) throw exceeds(debt);
  return { ...debt, openPayments: [...debt.openPayments, payment] };
}

/**
 * The debt after an open payment is decided. Throws `gbs.payment_exceeds_outstanding` (409) for a contested one that is
 * confirmed after others have taken its place.
 */
export function withDecided(debt: DebtSnapshot, payment: Payment, decided: Payment): DebtSnapshot {
  const rest = debt.openPayments.filter(({ id }) => id !== payment.id);
  if (decided.state === "contested")
    return {
      ...debt,
      openPayments: debt.openPayments.map((open) => (open.id === payment.id ? decided : open)),
    };
  if (decided.state !== "confirmed") return { ...debt, openPayments: rest };
  if (!fits(debt, payment)) throw exceeds(debt);
  const paid = fullDecimals(addMoney(debt.paid, payment.amount), debt.terms.amount);
  return { ...debt, openPayments: rest, paid };
}

const exceeds = (debt: DebtSnapshot) => {
  const [outstanding, claimed] = [outstandingOf(debt), claimedOf(debt)];
  return gbsErrors.fail(
    "payment_exceeds_outstanding",
    "The amount is more than what is left to pay and not claimed already.",
    {
      meta: {
        outstanding: outstanding.amount,
        claimed: claimed.amount,
        currency: claimed.currency,
      },
    },
  );
};

/** Why a payment in this state does not go into that one; null = it does. */
export const whyNotInto = (from: PaymentState, to: PaymentState): string | null => {
  if (from === "confirmed" || from === "withdrawn") return `The payment is ${from} already.`;
  return from === to ? `The payment is ${from} already.` : null;
};
