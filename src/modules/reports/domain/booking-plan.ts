import { addDecimals, compareDecimals, one, zero } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { Money } from "#platform/kernel/money";
import { type CodeSources, createAccountCodes, type Unmapped } from "./account-codes.ts";
import { type Booking, type BookingInformation, isBookable } from "./extf-booking.ts";
import {
  type BookableTransaction,
  inTransit,
  type Movement,
  movementsOf,
  type Valuation,
} from "./movements.ts";

/** Why something is not among the bookings; what it needs instead is for its owner to say. */
export type LeftOutReason =
  | "unmapped"
  | "no_rate"
  /** Both sides have one number: nothing would move. */
  | "same_account"
  /** Less than half a cent of the books' currency, or ten thousand millions of it. */
  | "too_small"
  | "too_large";

export type LeftOut = {
  readonly transactionId: Id;
  readonly reason: LeftOutReason;
  /** Of the transaction, or of the part that is left out. */
  readonly amount: Money;
};

export type BookingPlan = {
  /** In the order of the transactions; one for each part, or two for what passes through transit. */
  readonly bookings: readonly Booking[];
  /** Transactions that need any of it are left out whole. */
  readonly unmapped: readonly Unmapped[];
  readonly leftOut: readonly LeftOut[];
  /** What the bookings leave in transit: differences of rates, which nobody has booked yet. */
  readonly transit: Money;
};

/** What a book's transactions are in double entry, with numbers of its bookkeeping. Voided ones are no bookings. */
export function planBookings(
  transactions: Iterable<BookableTransaction>,
  sources: CodeSources & Valuation,
): BookingPlan {
  const codes = createAccountCodes(sources);
  const bookings: Booking[] = [];
  const leftOut: LeftOut[] = [];
  let transit = zero;

  for (const transaction of transactions) {
    if (transaction.voidedAt !== null) continue;
    const { id: transactionId, amount: whole } = transaction;
    const movements = movementsOf(transaction, sources);
    if (!movements) {
      leftOut.push({ transactionId, reason: "no_rate", amount: whole });
      continue;
    }
    const numbered = movements.map((movement) => ({
      movement,
      debit: codes.of(movement.debit.subject, movement.debit.id),
      credit: codes.of(movement.credit.subject, movement.credit.id),
    }));
    const complete = numbered.flatMap(({ movement, debit, credit }) =>
      debit === null || credit === null ? [] : [{ movement, debit, credit }],
    );
    if (complete.length < numbered.length) {
      leftOut.push({ transactionId, reason: "unmapped", amount: whole });
      continue;
    }
    for (const { movement, debit, credit } of complete) {
      const reason = faultOf(movement, debit, credit);
      if (reason !== null) {
        leftOut.push({ transactionId, reason, amount: movement.amount });
        continue;
      }
      bookings.push({ ...bookingOf(transaction, movement, sources), debit, credit });
      transit = addDecimals(transit, inTransit(movement) ?? zero);
    }
  }
  return {
    ...{ bookings, unmapped: codes.unmapped(), leftOut },
    transit: { amount: transit, currency: sources.currency },
  };
}

function faultOf(
  { amount, value }: Movement,
  debit: string,
  credit: string,
): Exclude<LeftOutReason, "unmapped" | "no_rate"> | null {
  if (debit === credit) return "same_account";
  const { amount: base } = value?.base ?? amount;
  if (isBookable(base)) return null;
  return compareDecimals(base, one) < 0 ? "too_small" : "too_large";
}

/** Labels are German, as all of the format is. */
function bookingOf(
  { id, kind, date, payee, documentNumber, taxRate }: BookableTransaction,
  { amount, value, categoryId, note }: Movement,
  { categories }: CodeSources,
): Omit<Booking, "debit" | "credit"> {
  const category = categoryId === null ? null : (categories.get(categoryId)?.name ?? null);
  const said = [payee, note].filter((text) => text !== null && text.trim() !== "");
  const unsaid = { opening: "Eröffnungssaldo", transfer: "Umbuchung" };
  const information: BookingInformation[] = [{ kind: "FinTrack-ID", content: id }];
  if (category !== null) information.push({ kind: "Kategorie", content: category });
  if (taxRate !== null)
    information.push({ kind: "Steuersatz", content: `${taxRate.replace(".", ",")} %` });
  if (value)
    information.push({ kind: "Kursquelle", content: value.origin ?? "Kurs dieser Umbuchung" });
  return {
    ...{ date, amount, documentNumber, information },
    ...{ base: value?.base ?? null, rate: value?.rate ?? null },
    text:
      said.join(", ") ||
      (kind === "opening" || kind === "transfer" ? unsaid[kind] : (category ?? "")),
  };
}
