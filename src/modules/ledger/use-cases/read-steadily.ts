import type { Id } from "#platform/kernel/ids";
import type { LedgerDeps } from "../deps.ts";
import { ledgerErrors } from "../errors.ts";
import { bookNotFound } from "./book-access.ts";

/** How often something is read again that the book changed under. */
const maxAttempts = 3;

export type SteadyDeps = Pick<LedgerDeps, "db" | "books">;

/**
 * What several statements read of a user's book, as one state: read again when the book was written to meanwhile. Throws
 * `ledger.book_not_found` (404), and `ledger.book_busy` (503) while it never stands still.
 */
export async function readSteadily<T extends object>(
  { db, books }: SteadyDeps,
  book: { readonly userId: Id; readonly bookId: Id },
  read: () => Promise<T>,
): Promise<T & { readonly bookRevision: number }> {
  const revisionNow = async () => {
    const { userId, bookId } = book;
    const found = await books.find(db.read, { userId, bookId });
    if (!found) throw bookNotFound();
    return found.revision;
  };
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const bookRevision = await revisionNow();
    const answer = await read();
    if ((await revisionNow()) === bookRevision) return { ...answer, bookRevision };
  }
  throw ledgerErrors.fail("book_busy", "The book is being written to: ask again.");
}
