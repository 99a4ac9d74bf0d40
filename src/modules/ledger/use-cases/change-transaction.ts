import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { Transaction } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { type Posting, postingsOf } from "../domain/postings.ts";
import { changedInput, type TransactionChanges } from "../domain/transaction-changes.ts";
import { readTransaction } from "../domain/transaction-draft.ts";
import { lockBook, ownUserId } from "./book-access.ts";
import {
  type OwnTransactionDeps,
  ownTransaction,
  type RecordedTransaction,
  requireChangeable,
} from "./own-transaction.ts";
import {
  categorised,
  counterAccountsFor,
  requireAccountsInUse,
  requireFreeExternalId,
  requireReferences,
} from "./transaction-references.ts";

type Deps = OwnTransactionDeps & Pick<LedgerDeps, "accounts" | "postings" | "scales">;

export type ChangeTransactionInput = {
  readonly id: string;
  /** The one that the change begins from. */
  readonly version: number;
  readonly changes: TransactionChanges;
};

/** Rewrites a transaction; balances follow, and its history keeps what it was. */
export async function changeTransaction(
  deps: Deps,
  ctx: RequestContext,
  { id, version, changes }: ChangeTransactionInput,
): Promise<Transaction> {
  const seen = requireChangeable(await ownTransaction(deps, ctx, parseId(id), "write"), version);
  const draft = readTransaction(changedInput(seen, changes), deps.scales);
  const { bookId } = seen;
  const by = ownUserId(ctx);
  return deps.db.transact(ctx, async (tx) => {
    await lockBook(deps, tx, { bookId, dates: [seen.date, draft.date] });
    const [locked] = await deps.transactions.byIds(tx, [seen.id]);
    const before = requireChangeable(locked ?? seen, version);
    await requireReferences(deps, tx, bookId, draft, keptBy(before));
    await requireFreeExternalId(deps, tx, draft, before.id);
    const at = deps.clock.now();
    const after: Transaction = {
      ...before,
      ...(await categorised(deps, tx, bookId, draft)),
      ...{ updatedAt: at, version: version + 1 },
    };
    const counters = await counterAccountsFor(deps, tx, { bookId, by, at }, [before, after]);
    const [remove, add] = [postingsOf(before, counters), postingsOf(after, counters)];
    if (!isSame(remove.filter(isOfAccount), add.filter(isOfAccount)))
      await requireAccountsInUse(deps, tx, [before, after]);
    await deps.transactions.updateMany(tx, [after]);
    if (!isSame(remove, add)) await deps.postings.repost(tx, { bookId, remove: [before.id], add });
    await deps.transactions.recordChanges(tx, bookId, [
      {
        ...{ id: deps.ids.next(), transactionId: before.id, action: "changed" },
        ...{ changedBy: by, changedAt: at, reason: null, before, after },
      },
    ]);
    return after;
  });
}

const keptBy = ({ accountId, transfer, splits }: RecordedTransaction) => ({
  accountIds: [accountId, ...(transfer ? [transfer.accountId] : [])],
  categoryIds: splits.map(({ categoryId }) => categoryId),
});

const isOfAccount = ({ accountId }: Posting) => accountId !== null;
/** Both were made by `postingsOf`, whose members stand in one order. */
const isSame = (a: readonly Posting[], b: readonly Posting[]) =>
  JSON.stringify(a) === JSON.stringify(b);
