import type { Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { Transaction } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { requireAccountsInUse } from "./transaction-references.ts";

type Deps = Pick<LedgerDeps, "ids" | "accounts" | "postings" | "transactions">;

/**
 * Takes the postings of these away; the transactions themselves stay, with what they were in their history. Gives them
 * as they are then. The book is locked for their days by the caller. Throws `account_archived` (409).
 */
export async function voidMany<T extends Transaction>(
  deps: Deps,
  tx: Tx,
  write: {
    readonly bookId: Id;
    readonly by: Id;
    readonly at: Instant;
    readonly reason: string | null;
  },
  standing: readonly T[],
): Promise<T[]> {
  const { bookId, by, at, reason } = write;
  await requireAccountsInUse(deps, tx, standing);
  const voided = standing.map((before) => ({
    ...before,
    ...{ voidedAt: at, updatedAt: at, version: before.version + 1 },
  }));
  await deps.transactions.updateMany(tx, voided);
  const remove = standing.map(({ id }) => id);
  await deps.postings.repost(tx, { bookId, remove, add: [] });
  await deps.transactions.recordChanges(
    tx,
    bookId,
    standing.map((before) => ({
      ...{ id: deps.ids.next(), transactionId: before.id, action: "voided" },
      ...{ changedBy: by, changedAt: at, reason, before, after: null },
    })),
  );
  return voided;
}
