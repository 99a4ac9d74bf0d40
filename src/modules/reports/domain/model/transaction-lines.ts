import { type DecimalString, signOf } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { Money } from "#platform/kernel/money";
import type { Transaction } from "./ledger-figures.ts";

/** A part of a transaction as reports list it. */
export type TransactionLine = {
  readonly accountId: Id;
  readonly categoryId: Id | null;
  readonly counterAccountId: Id | null;
  readonly note: string | null;
  /** Of income and expense: what the account gets. */
  readonly amount: Money | null;
  /** Of transfers and opening balances: what the account gets. */
  readonly moved: Money | null;
  /** Of transfers: what the counter account gets. */
  readonly arrived: Money | null;
};

/** A line for each part of an income or expense, one for anything else. */
export function linesOf({
  kind,
  accountId,
  amount,
  splits,
  transfer,
  note,
}: Transaction): readonly TransactionLine[] {
  const plain = { accountId, categoryId: null, counterAccountId: null, note };
  const none = { amount: null, moved: null, arrived: null };
  if (kind === "opening") return [{ ...plain, ...none, moved: amount }];
  if (transfer)
    return [
      {
        ...{ ...plain, ...none, counterAccountId: transfer.accountId },
        ...{ moved: negated(amount), arrived: transfer.amount },
      },
    ];
  return splits.map((part) => ({
    ...{ ...plain, ...none, categoryId: part.categoryId },
    note: bothNotes(note, part.note),
    amount: kind === "income" ? part.amount : negated(part.amount),
  }));
}

/** What an account gets by a transaction, line by line; nothing by one that does not touch it. */
export function linesOfAccount(
  accountId: Id,
  transaction: Transaction,
): readonly (TransactionLine & { readonly gets: Money })[] {
  return linesOf(transaction).flatMap((line) => {
    if (line.accountId === accountId) {
      const gets = line.amount ?? line.moved;
      return gets ? [{ ...line, gets }] : [];
    }
    return line.counterAccountId === accountId && line.arrived
      ? [{ ...line, counterAccountId: line.accountId, gets: line.arrived }]
      : [];
  });
}

/** With all its decimals. */
export const negated = ({ amount, currency }: Money): Money => ({
  amount: negatedText(amount),
  currency,
});

const negatedText = (amount: DecimalString): DecimalString => {
  if (signOf(amount) === 0) return amount;
  return (amount.startsWith("-") ? amount.slice(1) : `-${amount}`) as DecimalString;
};

const bothNotes = (whole: string | null, part: string | null): string | null =>
  whole !== null && part !== null ? `${whole} / ${part}` : (whole ?? part);
