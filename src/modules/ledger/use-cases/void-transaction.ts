import type { Reader } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { Transaction } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { readOptionalReason } from "../domain/name.ts";
import { lockBook, ownUserId } from "./book-access.ts";
import { type OwnTransactionDeps, ownTransaction, requireChangeable } from "./own-transaction.ts";
import { accountArchived } from "./transaction-references.ts";

type Deps = OwnTransactionDeps & Pick<LedgerDeps, "accounts" | "postings">;

export type VoidTransactionInput = {
  readonly id: string;
  /** The one that the user has seen. */
  readonly version: number;
  readonly reason?: string | undefined;
};

/** Takes its postings away; the transaction itself stays, with what it was in its history. */
export async function voidTransaction(
  deps: Deps,
  ctx: RequestContext,
  { id, version, reason: told }: VoidTransactionInput,
): Promise<Transaction> {
  const reason = readOptionalReason(told);
  const seen = requireChangeable(await ownTransaction(deps, ctx, parseId(id), "write"), version);
  const { bookId } = seen;
  return deps.db.transact(ctx, async (tx) => {
    await lockBook(deps, tx, { bookId, dates: [seen.date] });
    const [locked] = await deps.transactions.byIds(tx, [seen.id]);
    const before = requireChangeable(locked ?? seen, version);
    await requireAccountsInUse(deps, tx, [before]);
    const at = deps.clock.now();
    const after = { ...before, voidedAt: at, updatedAt: at, version: version + 1 };
    await deps.transactions.updateMany(tx, [after]);
    await deps.postings.repost(tx, { bookId, remove: [before.id], add: [] });
    await deps.transactions.recordChanges(tx, bookId, [
      {
        ...{ id: deps.ids.next(), transactionId: before.id, action: "voided" },
        ...{ changedBy: ownUserId(ctx), changedAt: at, reason, before, after: null },
      },
    ]);
    return after;
  });
}

/** The balance of an archived account does not move any more. Throws `account_archived` (409). */
export async function requireAccountsInUse(
  deps: Pick<LedgerDeps, "accounts">,
  reader: Reader,
  transactions: readonly Pick<Transaction, "accountId" | "transfer">[],
): Promise<void> {
  const ids = transactions.flatMap(({ accountId, transfer }) =>
    transfer ? [accountId, transfer.accountId] : [accountId],
  );
  const found = await deps.accounts.byIds(reader, ids);
  if (found.some(({ archivedAt }) => archivedAt !== null)) throw accountArchived();
}
