import type { DecimalString } from "#platform/kernel/decimal";
import type { Split, Transaction } from "../contract.ts";

/** A transaction as its history keeps it: the parts have the currency of the whole. */
export type KeptTransaction = Omit<Transaction, "splits"> & {
  readonly splits: readonly (Omit<Split, "amount"> & { readonly amount: DecimalString })[];
};

export const keptOf = ({ splits, ...same }: Transaction): KeptTransaction => ({
  ...same,
  splits: splits.map((split) => ({ ...split, amount: split.amount.amount })),
});

export const transactionOf = ({ splits, ...same }: KeptTransaction): Transaction => ({
  ...same,
  splits: splits.map((split) => ({
    ...split,
    amount: { amount: split.amount, currency: same.amount.currency },
  })),
});
