import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
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
import { postingsOf } from "../domain/postings.ts";
import {
  parseTransactionFilter,
  type TransactionFilter,
  type TransactionFilterInput,
} from "../domain/transaction-filter.ts";
import { ledgerErrors } from "../errors.ts";
import { type BookAccessDeps, lockBook, periodClosed, requireBook } from "./book-access.ts";
import { resolveFilter } from "./find-transactions.ts";
import { requireAccountsInUse } from "./void-transaction.ts";

type Deps = BookAccessDeps &
  Pick<LedgerDeps, "accounts" | "postings" | "transactions" | "transactionSearch">;

/** All of them are read, written and kept in the history by one transaction. */
export const maxBulkTransactions = 5_000;

export type BulkChangeTransactionsInput = {
  readonly bookId?: Id | undefined;
  readonly filter: Omit<TransactionFilterInput, "state">;
  /** As many as the user was told that match. */
  readonly expectedCount: number;
  readonly change?: BulkChangeInput | undefined;
  readonly void?: boolean | undefined;
  /** Why they are voided. */
  readonly reason?: string | null | undefined;
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
  const { bookId, userId: by } = await requireBook(deps, ctx, {
    bookId: input.bookId,
    need: "write",
  });
  return deps.db.transact(ctx, async (tx) => {
    const { closedThrough } = await lockBook(deps, tx, { bookId, dates: [] });
    const matched = await findCounted(deps, tx, bookId, filter, input.expectedCount);
    const changeable = matched.filter(isBulkChangeable);
    if (closedThrough !== null && changeable.some(({ date }) => date <= closedThrough))
      throw periodClosed(closedThrough);
    const at = deps.clock.now();
    const stamped = (after: Transaction) => ({
      ...after,
      ...{ updatedAt: at, version: after.version + 1 },
    });
    const historyOf = (before: Transaction) => ({
      ...{ id: deps.ids.next(), transactionId: before.id, changedBy: by, changedAt: at, before },
    });

    if (change === "void") {
      await requireAccountsInUse(deps, tx, changeable);
      const { reason = null } = input;
      await deps.transactions.updateMany(
        tx,
        changeable.map((before) => ({ ...stamped(before), voidedAt: at })),
      );
      const remove = changeable.map(({ id }) => id);
      await deps.postings.repost(tx, { bookId, remove, add: [] });
      await deps.transactions.recordChanges(
        tx,
        bookId,
        changeable.map((before) => ({
          ...historyOf(before),
          ...{ action: "voided", reason, after: null },
        })),
      );
      return resultOf(matched, changeable.length, {});
    }

    await requireCategory(deps, tx, bookId, change);
    const pairs = changeable
      .map((before) => ({ before, after: bulkChanged(before, change) }))
      .filter(({ before, after }) => after !== before)
      .map(({ before, after }) => ({ before, after: stamped(after) }));
    await deps.transactions.updateMany(
      tx,
      pairs.map(({ after }) => after),
    );
    const moved = pairs
      .filter(({ before, after }) => categoryOf(before) !== categoryOf(after))
      .map(({ after }) => after);
    await deps.postings.repost(tx, {
      ...{ bookId, remove: moved.map(({ id }) => id) },
      add: moved.flatMap((after) => postingsOf(after)),
    });
    await deps.transactions.recordChanges(
      tx,
      bookId,
      pairs.map(({ before, after }) => ({
        ...historyOf(before),
        ...{ action: "changed", reason: null, after },
      })),
    );
    return resultOf(matched, pairs.length, change);
  });
}

function readAsked({ change, void: isVoid = false, reason }: BulkChangeTransactionsInput) {
  if (isVoid === (change !== undefined))
    throw invalidField("/change", "Either a change or `void`, one of the two.");
  if (!isVoid && reason) throw invalidField("/reason", "Is kept for what is voided only.");
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

async function requireCategory(
  deps: Pick<LedgerDeps, "categories">,
  tx: Tx,
  bookId: Id,
  { categoryId }: BulkChange,
): Promise<void> {
  if (categoryId === undefined) return;
  const [category] = await deps.categories.byIds(tx, [categoryId]);
  const path = "/change/categoryId";
  if (category?.bookId !== bookId)
    throw ledgerErrors.fail("category_not_found", "You have no such category.", {
      fields: [{ path, detail: "Is no category of this book." }],
    });
  if (category.archivedAt !== null)
    throw ledgerErrors.fail("category_archived", "Restore the category, or take another one.", {
      fields: [{ path, detail: "Is an archived category." }],
    });
}

const categoryOf = ({ splits }: Transaction): Id | undefined => splits[0]?.categoryId;

const resultOf = (
  matched: readonly Transaction[],
  changed: number,
  change: Partial<Pick<BulkChange, "categoryId">>,
): BulkChangeResult => ({ matched: matched.length, changed, ...skippedBy(matched, change) });
