import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { Transaction } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { newTransaction, type Origin } from "../domain/new-transaction.ts";
import { counterAccountsOf, postingsOf } from "../domain/postings.ts";
import {
  readTransaction,
  type TransactionDraft,
  type TransactionInput,
} from "../domain/transaction-draft.ts";
import {
  type BookAccessDeps,
  lockBook,
  ownUserId,
  periodClosed,
  requireBookOf,
} from "./book-access.ts";
import {
  accountNotFound,
  categorised,
  counterAccountsFor,
  requireFreeExternalId,
  requireReferences,
} from "./transaction-references.ts";

type Deps = BookAccessDeps & Pick<LedgerDeps, "accounts" | "postings" | "transactions" | "scales">;

/** How often a write is tried again that failed for a reason which was gone when it was looked for. */
const maxAttempts = 3;

/**
 * Records an income, an expense or a transfer in the book of its account. Within one currency that is a single
 * statement, which writes nothing unless everything fits; why it did not is looked for afterwards.
 */
export async function createTransaction(
  deps: Deps,
  ctx: RequestContext,
  input: TransactionInput,
): Promise<Transaction> {
  const draft = readTransaction(input, deps.scales);
  const createdBy = ownUserId(ctx);
  const bookId = await deps.transactions.bookOfAccount(deps.db.read, draft.accountId);
  if (!bookId) throw accountNotFound("/accountId");
  const at = deps.clock.now();
  const origin = { id: deps.ids.next(), bookId, importId: null, createdBy, at };
  if (counterAccountsOf(draft).length > 0) {
    await requireBookOf(deps, ctx, { bookId }, "write", () => accountNotFound("/accountId"));
    return recordExchange(deps, ctx, origin, draft);
  }
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const { splits: _, ...stored } = newTransaction(draft, origin);
    const lines = postingsOf({ ...draft, id: origin.id });
    const recorded = await deps.db.writeOne<Transaction>(
      ctx,
      deps.transactions.recording(createdBy, stored, lines),
    );
    if (recorded) return recorded;
    await requireRecordable(deps, ctx, bookId, draft);
  }
  throw new Error("a transaction was refused, and nothing is wrong with it");
}

/** Throws what keeps the transaction from being recorded. */
async function requireRecordable(
  deps: Deps,
  ctx: RequestContext,
  bookId: Id,
  draft: TransactionDraft<Id | null>,
): Promise<void> {
  const { read } = deps.db;
  await requireBookOf(deps, ctx, { bookId }, "write", () => accountNotFound("/accountId"));
  await requireReferences(deps, read, bookId, draft);
  const closedThrough = await deps.books.closedThrough(read, bookId);
  if (closedThrough !== null && draft.date <= closedThrough) throw periodClosed(closedThrough);
  await requireFreeExternalId(deps, read, draft);
}

/** Between currencies: posted against hidden accounts that may have to be made. */
function recordExchange(
  deps: Deps,
  ctx: RequestContext,
  origin: Origin,
  draft: TransactionDraft<Id | null>,
): Promise<Transaction> {
  const { bookId, createdBy: by, at } = origin;
  return deps.db.transact(ctx, async (tx) => {
    await lockBook(deps, tx, { bookId, dates: [draft.date] });
    await requireReferences(deps, tx, bookId, draft);
    await requireFreeExternalId(deps, tx, draft);
    const transaction = newTransaction(await categorised(deps, tx, bookId, draft), origin);
    const counters = await counterAccountsFor(deps, tx, { bookId, by, at }, [transaction]);
    await deps.transactions.insertMany(tx, [transaction]);
    await deps.postings.repost(tx, { bookId, remove: [], add: postingsOf(transaction, counters) });
    return transaction;
  });
}
