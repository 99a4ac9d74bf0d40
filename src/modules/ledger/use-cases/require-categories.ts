import type { Reader } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Category } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { ledgerErrors } from "../errors.ts";

/**
 * That these are categories of the book and in use, each named at `path`; those that are `kept` may be archived. Gives
 * them in that order. Throws `category_not_found` (404) and `category_archived` (409), naming the field.
 */
export async function requireCategories(
  deps: Pick<LedgerDeps, "categories">,
  reader: Reader,
  bookId: Id,
  wanted: readonly { readonly id: Id; readonly path: string }[],
  kept: readonly Id[] = [],
): Promise<Category[]> {
  const ids = wanted.map(({ id }) => id);
  const found = new Map((await deps.categories.byIds(reader, ids)).map((one) => [one.id, one]));
  return wanted.map(({ id, path }) => {
    const category = found.get(id);
    if (category?.bookId !== bookId)
      throw ledgerErrors.fail("category_not_found", "You have no such category.", {
        fields: [{ path, detail: "Is no category of this book." }],
      });
    if (category.archivedAt !== null && !kept.includes(id))
      throw ledgerErrors.fail("category_archived", "Restore the category, or take another one.", {
        fields: [{ path, detail: "Is an archived category." }],
      });
    return category;
  });
}
