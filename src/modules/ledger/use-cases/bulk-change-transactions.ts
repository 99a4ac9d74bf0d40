import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { Transaction } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import {
  type BulkChange,
  type BulkChangeInput,
  bulkChanged,
  isBulkChangeable,
  readBulkChange,
  type Skipped,
  skippedBy,
} from "../domain/bulk-change.ts";
import { readOptionalReason } from "../domain/name.ts";
import { postingsOf } from "../domain/postings.ts";
import {
  parseTransactionFilter,
  type TransactionFilter,
  type TransactionFilterInput,
} from "../domain/transaction-filter.ts";
import { ledgerErrors } from "../errors.ts";
import { type BookAccessDeps, lockBook, periodClosed, requireBook } from "./book-access.ts";
import { resolveFilter } from "./find-transactions.ts";
import { requireCategories } from "./require-categories.ts";
import { voidMany } from "./void-many.ts";

type Deps = BookAccessDeps &
  Pick<LedgerDeps, "accounts" | "postings" | "transactions" | "transactionSearch">;

/** All of them are read, written and kept in the history by one transaction. */
export const maxBulkTransactions = 5_000;

export type BulkChangeTransactionsInput = {
  readonly bookId?: string | undefined;
  readonly filter: Omit<TransactionFilterInput, "state">;
  /** As many as the user was told that match. */
  readonly expectedCount: number;
  readonly change?: BulkChangeInput | undefined;
  readonly void?: boolean | undefined;
  /** Why they are voided. */
  readonly reason?: string | undefined;
};

export type BulkChangeResult = Skipped & { readonly matched: number; readonly changed: number };

/**
 * Changes or voids all that match, or none: when others match by now than those that were counted
 * (`ledger.matches_changed`, 409), when they are too many (`ledger.too_many_matches`, 422), when the book is closed on
 * a day of one of them, or when one would be voided whose account is archived.
 */
export async function bulkChangeTransactions(
  deps: Deps,
  ctx: RequestContext,
  input: BulkChangeTransactionsInput,
): Promise<BulkChangeResult> {
  const filter = parseTransactionFilter(input.filter, "/filter");
  const change = readAsked(input);
  const reason = readOptionalReason(input.reason);
  const book = { bookId: input.bookId, path: "/bookId", need: "write" } as const;
  const { bookId, userId: by } = await requireBook(deps, ctx, book);
  return deps.db.transact(ctx, async (tx) => {
    const { closedThrough } = await lockBook(deps, tx, { bookId, dates: [] });
    const matched = await findCounted(deps, tx, bookId, filter, input.expectedCount);
    const changeable = matched.filter(isBulkChangeable);
    if (closedThrough !== null && changeable.some(({ date }) => date <= closedThrough))
      throw periodClosed(closedThrough);
    const write = { bookId, by, at: deps.clock.now() };
    if (change === "void") {
      await voidMany(deps, tx, { ...write, reason }, changeable);
      return resultOf(matched, changeable.length, {});
    }
    const { categoryId } = change;
    if (categoryId !== undefined)
      await requireCategories(deps, tx, bookId, [{ id: categoryId, path: "/change/categoryId" }]);
    const changed = await changeAll(deps, tx, write, changeable, change);
    return resultOf(matched, changed, change);
  });
}

type BulkWrite = { readonly bookId: Id; readonly by: Id; readonly at: Instant };

/** Gives how many are different now. */
async function changeAll(
  deps: Deps,
  tx: Tx,
  { bookId, by, at }: BulkWrite,
  transactions: readonly Transaction[],
  change: BulkChange,
): Promise<number> {
  const changes = transactions.flatMap((before) => {
    const after = bulkChanged(before, change);
    return after === before ? [] : [{ before, after: nextVersion(after, at) }];
  });
  await deps.transactions.updateMany(
    tx,
    changes.map(({ after }) => after),
  );
  const moved = changes
    .filter(({ before, after }) => categoryOf(before) !== categoryOf(after))
    .map(({ after }) => after);
  await deps.postings.repost(tx, {
    ...{ bookId, remove: moved.map(({ id }) => id) },
    add: moved.flatMap((after) => postingsOf(after)),
  });
  await deps.transactions.recordChanges(
    tx,
    bookId,
    changes.map(({ before, after }) => ({
      ...{ id: deps.ids.next(), transactionId: before.id, action: "changed" },
      ...{ changedBy: by, changedAt: at, reason: null, before, after },
    })),
  );
  return changes.length;
}

const nextVersion = (transaction: Transaction, at: Instant): Transaction => ({
  ...transaction,
  ...{ updatedAt: at, version: transaction.version + 1 },
});

function readAsked({ change, void: isVoid = false, reason }: BulkChangeTransactionsInput) {
  if (isVoid === (change !== undefined))
    throw invalidField("/change", "Either a change or `void`, one of the two.");
  if (!isVoid && reason !== undefined)
    throw invalidField("/reason", "Is kept for what is voided only.");
  return change === undefined ? "void" : readBulkChange(change);
}

/** What matches while the book is locked; as many as were counted before. */
async function findCounted(
  deps: Deps,
  tx: Tx,
  bookId: Id,
  filter: TransactionFilter,
  expectedCount: number,
): Promise<Transaction[]> {
  const search = await resolveFilter(deps, tx, bookId, filter);
  const keys = await deps.transactionSearch.page(tx, search, { limit: maxBulkTransactions + 1 });
  if (keys.length > maxBulkTransactions)
    throw ledgerErrors.fail(
      "too_many_matches",
      `At most ${maxBulkTransactions} can be changed at once: narrow the filter.`,
      { meta: { limit: maxBulkTransactions } },
    );
  if (keys.length !== expectedCount)
    throw ledgerErrors.fail(
      "matches_changed",
      "Others match than were counted: look at them again, and nothing was changed.",
      { meta: { count: keys.length } },
    );
  return deps.transactions.byIds(
    tx,
    keys.map(({ id }) => id),
  );
}

const categoryOf = ({ splits }: Transaction): Id | undefined => splits[0]?.categoryId;

const resultOf = (
  matched: readonly Transaction[],
  changed: number,
  change: Partial<Pick<BulkChange, "categoryId">>,
): BulkChangeResult => ({ matched: matched.length, changed, ...skippedBy(matched, change) });
