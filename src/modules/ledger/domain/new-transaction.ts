import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { Transaction } from "../contract.ts";
import type { TransactionDraft } from "./transaction-draft.ts";

export type Origin = {
  readonly id: Id;
  readonly bookId: Id;
  readonly importId: Id | null;
  readonly createdBy: Id;
  readonly at: Instant;
};

/** The first version of a transaction. */
export function newTransaction<Category>(
  draft: TransactionDraft<Category>,
  { id, bookId, importId, createdBy, at }: Origin,
): Omit<Transaction, "splits"> & TransactionDraft<Category> {
  return {
    ...{ id, bookId },
    ...draft,
    ...{ importId, createdBy, createdAt: at, updatedAt: at, voidedAt: null, version: 1 },
  };
}
