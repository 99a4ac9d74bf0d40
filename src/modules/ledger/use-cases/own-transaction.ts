import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { Transaction } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import type { RecordedKind } from "../domain/transaction-draft.ts";
import { ledgerErrors } from "../errors.ts";
import {
  type BookAccessDeps,
  type BookNeed,
  requireBookOf,
  requireVersion,
} from "./book-access.ts";

export type OwnTransactionDeps = BookAccessDeps & Pick<LedgerDeps, "transactions">;

/** A transaction of a book that the user is a member of. Throws `transaction_not_found` (404) or `read_only` (403). */
export async function ownTransaction(
  deps: OwnTransactionDeps,
  ctx: RequestContext,
  id: Id,
  need: BookNeed,
): Promise<Transaction> {
  const [found] = await deps.transactions.byIds(deps.db.read, [id]);
  await requireBookOf(deps, ctx, found, need, notFound);
  if (!found) throw notFound();
  return found;
}

export type RecordedTransaction = Transaction & { readonly kind: RecordedKind };

/**
 * That it is as the client has seen it and can still be changed. Throws `version_changed` (412), `transaction_voided`
 * and `opening_balance` (409).
 */
export function requireChangeable(transaction: Transaction, version: number): RecordedTransaction {
  const { kind } = transaction;
  requireVersion(transaction.version, version);
  if (transaction.voidedAt !== null)
    throw ledgerErrors.fail("transaction_voided", "It was voided: record it anew.");
  if (kind === "opening")
    throw ledgerErrors.fail(
      "opening_balance",
      "Change the opening balance of the account instead.",
    );
  return { ...transaction, kind };
}

const notFound = () => ledgerErrors.fail("transaction_not_found", "You have no such transaction.");
