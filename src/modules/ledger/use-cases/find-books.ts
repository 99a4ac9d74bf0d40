import type { RequestContext } from "#platform/kernel/context";
import { type Id, parseId } from "#platform/kernel/ids";
import { maxListedBooks } from "../bounds.ts";
import type { Book } from "../contract.ts";
import { type BookAccessDeps, bookNotFound, findBook, ownUserId } from "./book-access.ts";

/** The books of whoever asks, the default one first; it is made when he has none. */
export const listBooks = async (
  deps: BookAccessDeps,
  ctx: RequestContext,
): Promise<{ readonly items: readonly Book[] }> => ({
  items: await booksOf(deps, ctx, { userId: ownUserId(ctx) }),
});

/** See {@link LedgerApi.booksOf}. */
export async function booksOf(
  deps: BookAccessDeps,
  ctx: RequestContext,
  { userId }: { readonly userId: Id },
): Promise<readonly Book[]> {
  const list = () => deps.books.list(deps.db.read, { userId, limit: maxListedBooks });
  const found = await list();
  if (found[0]?.isDefault) return found;
  await findBook(deps, ctx, { userId });
  return list();
}

/** Throws `ledger.book_not_found` (404). */
export async function getBook(
  deps: BookAccessDeps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Book> {
  const book = await findBook(deps, ctx, { userId: ownUserId(ctx), bookId: parseId(input.id) });
  if (!book) throw bookNotFound();
  return book;
}
