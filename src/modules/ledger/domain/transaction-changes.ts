import { given } from "#platform/kernel/given";
import type { Transaction } from "../contract.ts";
import type { RecordedKind, TransactionInput } from "./transaction-draft.ts";

/** What is to be different; what is left out stays, null empties. */
export type TransactionChanges = {
  readonly [K in keyof TransactionInput]?: TransactionInput[K] | undefined;
};

/**
 * The transaction as somebody would write it down with these changes. The only split takes the amount of the whole;
 * several have to be given anew when the amount changes. A transfer within a currency takes the amount on both sides.
 */
export function changedInput(
  transaction: Transaction & { readonly kind: RecordedKind },
  changes: TransactionChanges,
): TransactionInput {
  const { kind, date, accountId, amount, taxRate, payee, note, tags } = transaction;
  const { documentNumber, cleared, externalId } = transaction;
  const details = { taxRate, payee, note, tags, documentNumber, cleared, externalId };
  const asked = { kind, date, accountId, amount, ...details, ...given(changes) };
  const sides =
    asked.kind === "transfer"
      ? keptTransfer(transaction, changes)
      : keptSplits(transaction, changes);
  return { ...sides, ...asked };
}

function keptTransfer({ transfer, amount }: Transaction, changes: TransactionChanges) {
  if (transfer === null) return {};
  const isExchange = transfer.amount.currency !== amount.currency;
  return {
    toAccountId: transfer.accountId,
    ...(isExchange && changes.toAmount === undefined ? { toAmount: transfer.amount } : {}),
  };
}

function keptSplits({ kind, splits }: Transaction, changes: TransactionChanges) {
  const isReplaced = changes.categoryId !== undefined || changes.splits !== undefined;
  // Categories of an income say little about an expense, and a transfer has none.
  if (isReplaced || (changes.kind !== undefined && changes.kind !== kind)) return {};
  const [only, ...others] = splits;
  if (changes.amount === undefined || !only || others.length > 0) return { splits };
  return { splits: [{ ...only, amount: changes.amount }] };
}
