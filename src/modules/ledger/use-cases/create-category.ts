import type { RequestContext } from "#platform/kernel/context";
import { readAll } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import type { Category, CategoryKind } from "../contract.ts";
import { requireParent, requireRoom } from "../domain/category-tree.ts";
import { readExternalCode, readName } from "../domain/name.ts";
import { ledgerErrors } from "../errors.ts";
import { type BookAccessDeps, lockBook, requireBook } from "./book-access.ts";

export type CreateCategoryInput = {
  readonly bookId?: string | undefined;
  readonly kind: CategoryKind;
  readonly parentId?: string | null | undefined;
  readonly name: string;
  readonly externalCode?: string | null | undefined;
};

/** Errors: those of {@link requireParent}, `ledger.too_many_categories` and `ledger.external_code_taken` (409). */
export async function createCategory(
  deps: BookAccessDeps,
  ctx: RequestContext,
  input: CreateCategoryInput,
): Promise<Category> {
  const { kind } = input;
  const values = readAll({
    parentId: () => readParentId(input.parentId ?? null),
    name: () => readName(input.name),
    externalCode: () => readExternalCode(input.externalCode),
  });
  const book = { bookId: input.bookId, path: "/bookId", need: "write" } as const;
  const { bookId } = await requireBook(deps, ctx, book);
  const added: Category = {
    ...{ id: deps.ids.next(), bookId, kind, ...values },
    ...{ isUncategorised: false, archivedAt: null, version: 1 },
  };
  return deps.db.transact(ctx, async (tx) => {
    await lockBook(deps, tx, { bookId, dates: [] });
    const tree = await deps.categories.tree(tx, bookId);
    requireRoom(tree);
    requireParent(tree, { id: null, kind }, added.parentId);
    requireFreeCode(tree, added);
    await deps.categories.insertMany(tx, [added], deps.clock.now());
    return added;
  });
}

export const readParentId = (text: string | null): Id | null =>
  text === null ? null : parseId(text, "/parentId");

/** Throws `ledger.external_code_taken` (409) when another category of the book has the code. */
export function requireFreeCode(
  tree: readonly Category[],
  { id, externalCode }: Pick<Category, "id" | "externalCode">,
): void {
  if (
    externalCode !== null &&
    tree.some((one) => one.id !== id && one.externalCode === externalCode)
  )
    throw ledgerErrors.fail("external_code_taken", "Another category of the book has this code.");
}
