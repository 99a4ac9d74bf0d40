import type { RequestContext } from "#platform/kernel/context";
import type { Book } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { type BookInput, maxOwnedBooks, readBook } from "../domain/book.ts";
import { ledgerErrors } from "../errors.ts";
import { addBook } from "./add-book.ts";
import { type BookAccessDeps, bookNotFound, findBook, ownUserId } from "./book-access.ts";
import { profileOf } from "./make-default-book.ts";

export type CreateBookInput = BookInput & { readonly name: string };

/**
 * Adds a further book with categories of its own; what is not said is as in the owner's profile. Throws
 * `ledger.too_many_books` (409).
 */
export async function createBook(
  deps: BookAccessDeps & Pick<LedgerDeps, "scales">,
  ctx: RequestContext,
  input: CreateBookInput,
): Promise<Book> {
  const userId = ownUserId(ctx);
  const { name = input.name, baseCurrency, locale } = readBook(input, deps.scales);
  // It is one of those that are counted, whether he has looked at it yet or not.
  await findBook(deps, ctx, { userId });
  const profile = await profileOf(deps, ctx, userId);
  const book = {
    ...{ id: deps.ids.next(), name, ownerId: userId, isDefault: false, at: deps.clock.now() },
    baseCurrency: baseCurrency ?? profile.baseCurrency,
    locale: locale ?? profile.locale,
  };
  return deps.db.transact(ctx, async (tx) => {
    await deps.books.lockOwner(tx, userId);
    if ((await deps.books.countOwned(tx, userId)) >= maxOwnedBooks)
      throw ledgerErrors.fail("too_many_books", `Nobody owns more than ${maxOwnedBooks} books.`, {
        meta: { limit: maxOwnedBooks },
      });
    await addBook(deps, tx, book);
    const added = await deps.books.find(tx, { userId, bookId: book.id });
    if (!added) throw bookNotFound();
    return added;
  });
}
