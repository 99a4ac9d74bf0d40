import type { Id } from "#platform/kernel/ids";

/** A sum that is kept and is not the sum of the postings; `from` = the first day of its month, or its day. */
export type SumFault = {
  readonly accountId: Id;
  readonly sum: "balance" | "month" | "day";
  readonly from: string | null;
  readonly kept: string;
  readonly posted: string;
};

/** Postings that are not the double entry of their transaction. `amount` = what there is too much of `currency`. */
export type TransactionFault = {
  readonly transactionId: Id;
  readonly fault:
    | "not_zero"
    | "void_but_posted"
    | "not_posted"
    | "other_day"
    | "other_book"
    | "other_currency"
    | "other_amount";
  readonly currency: string | null;
  readonly amount: string | null;
};

/** One line for whoever looks after the installation. */
export function describeSumFault({ accountId, sum, from, kept, posted }: SumFault): string {
  const what = from === null ? sum : `${sum} ${sum === "month" ? from.slice(0, 7) : from}`;
  return `account ${accountId}: ${what} is kept as ${kept}, its postings come to ${posted}`;
}

export function describeTransactionFault(found: TransactionFault): string {
  const { transactionId, fault, currency, amount } = found;
  const sentences: Readonly<Record<TransactionFault["fault"], string>> = {
    not_zero: `its postings come to ${amount} ${currency}, not to zero`,
    void_but_posted: "is void and has postings",
    not_posted: "has no postings",
    other_day: "has postings on another day",
    other_book: "has postings in another book",
    other_currency: `has postings in ${currency} to an account of another currency`,
    other_amount: `its account got ${amount} ${currency} too much`,
  };
  return `transaction ${transactionId}: ${sentences[fault]}`;
}
