import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { maxListedBooks } from "../bounds.ts";
import type { LedgerApi, Transaction } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";

/** Bound of one question. */
const maxTransactions = 200;

/** See {@link LedgerApi.transactionsById}. */
export async function transactionsById(
  { db, books, transactions }: Pick<LedgerDeps, "db" | "books" | "transactions">,
  _ctx: RequestContext,
  { userId, transactionIds }: Parameters<LedgerApi["transactionsById"]>[1],
): Promise<{ readonly items: readonly Transaction[] }> {
  if (transactionIds.length > maxTransactions)
    throw invalidField("transactionIds", `Must be at most ${maxTransactions} transactions.`);
  const own = await books.list(db.read, { userId, limit: maxListedBooks });
  const readable = new Set(own.map(({ id }) => id));
  const found = await transactions.byIds(db.read, transactionIds);
  return { items: found.filter(({ bookId }) => readable.has(bookId)) };
}
