import type { Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Category } from "../contract.ts";
import type { LedgerDeps, NewBook } from "../deps.ts";
import { defaultCategories } from "../domain/default-categories.ts";

/**
 * Adds a book with its categories, in the language of its locale. False when it is a default book and its owner has one
 * by now: then nothing was added.
 */
export async function addBook(
  deps: Pick<LedgerDeps, "ids" | "books" | "categories">,
  tx: Tx,
  book: NewBook,
): Promise<boolean> {
  if (!(await deps.books.add(tx, book))) return false;
  await deps.categories.insertMany(tx, firstCategories(deps, book), book.at);
  return true;
}

function firstCategories({ ids }: Pick<LedgerDeps, "ids">, book: NewBook): Category[] {
  const make = (
    values: Pick<Category, "kind" | "name" | "isUncategorised">,
    parentId: Id | null,
  ): Category => ({
    ...{ id: ids.next(), bookId: book.id, parentId, ...values },
    ...{ externalCode: null, archivedAt: null, version: 1 },
  });
  return defaultCategories(book.locale).flatMap(({ children, ...values }) => {
    const parent = make(values, null);
    const below = children.map((name) =>
      make({ kind: values.kind, name, isUncategorised: false }, parent.id),
    );
    return [parent, ...below];
  });
}
