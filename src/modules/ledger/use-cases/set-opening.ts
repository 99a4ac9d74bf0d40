import type { Tx } from "#platform/db/database";
import { signOf } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { Money } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type { Transaction } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { newTransaction } from "../domain/new-transaction.ts";
import { postingsOf } from "../domain/postings.ts";
import type { TransactionDraft } from "../domain/transaction-draft.ts";
import { counterAccountsFor } from "./transaction-references.ts";

type Deps = Pick<LedgerDeps, "accounts" | "transactions" | "postings" | "ids">;

/**
 * Makes the opening balance of an account what it is to be: a transaction, or none when it is zero. The book is locked
 * for both days by the caller. What it was stays in the transaction's history.
 */
export async function setOpening(
  deps: Deps,
  tx: Tx,
  change: {
    readonly accountId: Id;
    readonly bookId: Id;
    readonly opening: { readonly amount: Money; readonly date: LocalDate };
    readonly by: Id;
    readonly at: Instant;
  },
): Promise<void> {
  const { accountId, bookId, by, at } = change;
  const { amount, date } = change.opening;
  const before = await openingOf(deps, tx, accountId);
  const counts = signOf(amount.amount) !== 0;
  if (!before && !counts) return;

  const after: Transaction = before
    ? {
        ...before,
        ...(counts ? { amount, date } : { voidedAt: at }),
        ...{ updatedAt: at, version: before.version + 1 },
      }
    : newTransaction(
        { ...plainOpening, accountId, amount, date },
        { id: deps.ids.next(), bookId, importId: null, createdBy: by, at },
      );
  if (before) await deps.transactions.updateMany(tx, [after]);
  else await deps.transactions.insertMany(tx, [after]);
  const counters = await counterAccountsFor(deps, tx, { bookId, by, at }, counts ? [after] : []);
  await deps.postings.repost(tx, {
    bookId,
    remove: before ? [before.id] : [],
    add: counts ? postingsOf(after, counters) : [],
  });
  if (before)
    await deps.transactions.recordChanges(tx, bookId, [
      {
        ...{ id: deps.ids.next(), transactionId: before.id, changedBy: by, changedAt: at },
        ...{ reason: null, before },
        ...(counts ? { action: "changed", after } : { action: "voided", after: null }),
      },
    ]);
}

async function openingOf(
  { accounts, transactions }: Deps,
  tx: Tx,
  accountId: Id,
): Promise<Transaction | undefined> {
  const id = await accounts.openingTransaction(tx, accountId);
  const [found] = id === undefined ? [] : await transactions.byIds(tx, [id]);
  return found;
}

const plainOpening = {
  ...{ kind: "opening", transfer: null, splits: [], tags: [], cleared: true },
  ...{ payee: null, note: null, documentNumber: null, taxRate: null, externalId: null },
} as const satisfies Partial<TransactionDraft>;
