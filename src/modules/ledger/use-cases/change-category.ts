import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { readAll } from "#platform/kernel/errors";
import { given, readGiven } from "#platform/kernel/given";
import { parseId } from "#platform/kernel/ids";
import type { Category } from "../contract.ts";
import {
  activeBranch,
  archivedBranch,
  categoryNotFound,
  requireMovable,
  requireParent,
} from "../domain/category-tree.ts";
import { readExternalCode, readName } from "../domain/name.ts";
import { ledgerErrors } from "../errors.ts";
import { type BookAccessDeps, lockBook, requireBookOf, requireVersion } from "./book-access.ts";
import { readParentId, requireFreeCode } from "./create-category.ts";

/** Which category, and the version of it that the client has seen. */
type Target = { readonly id: string; readonly ifMatch: number };

/** What is absent stays as it is; null = at the top, without a code. */
export type UpdateCategoryInput = {
  readonly name?: string | undefined;
  readonly parentId?: string | null | undefined;
  readonly externalCode?: string | null | undefined;
};

/** Throws `ledger.category_not_found` (404). */
export async function getCategory(
  deps: BookAccessDeps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Category> {
  const category = await deps.categories.find(deps.db.read, parseId(input.id));
  await requireBookOf(deps, ctx, category, "read", categoryNotFound);
  if (!category) throw categoryNotFound();
  return category;
}

/** Renames, moves with all below it, or gives another code. Errors as of createCategory. */
export async function updateCategory(
  deps: BookAccessDeps,
  ctx: RequestContext,
  { id, ifMatch, ...input }: Target & UpdateCategoryInput,
): Promise<Category> {
  const { name, parentId, externalCode } = readAll({
    name: () => readGiven(input.name, readName),
    parentId: () => readGiven(input.parentId, readParentId),
    externalCode: () => readGiven(input.externalCode, readExternalCode),
  });
  return change(deps, ctx, { id, ifMatch }, async (tx, category, tree) => {
    if (parentId !== undefined && parentId !== category.parentId) {
      requireMovable(category);
      requireParent(tree, category, parentId);
    }
    const changed: Category = { ...category, ...given({ name, parentId, externalCode }) };
    requireFreeCode(tree, changed);
    await deps.categories.change(tx, changed, deps.clock.now());
  });
}

/** Archives it and all that is active below it: they keep their history and take no new transactions. */
export const archiveCategory = (
  deps: BookAccessDeps,
  ctx: RequestContext,
  target: Target,
): Promise<Category> =>
  change(deps, ctx, target, async (tx, category, tree) => {
    requireMovable(category);
    if (category.archivedAt !== null) return;
    const at = deps.clock.now();
    await deps.categories.setArchived(tx, activeBranch(tree, category.id), at, at);
  });

/** Restores it and all that was archived with it. */
export const restoreCategory = (
  deps: BookAccessDeps,
  ctx: RequestContext,
  target: Target,
): Promise<Category> =>
  change(deps, ctx, target, async (tx, category, tree) => {
    if (category.archivedAt === null) return;
    const at = deps.clock.now();
    await deps.categories.setArchived(tx, archivedBranch(tree, category), null, at);
  });

/** Removes a category that nothing ever spoke of. Throws `ledger.category_in_use` (409) for any other. */
export async function deleteCategory(
  deps: BookAccessDeps,
  ctx: RequestContext,
  target: Target,
): Promise<void> {
  await change(deps, ctx, target, async (tx, category, tree) => {
    requireMovable(category);
    if (tree.some(({ parentId }) => parentId === category.id))
      throw ledgerErrors.fail("category_in_use", "Move or delete the categories below it first.");
    if (await deps.categories.isUsed(tx, category.id))
      throw ledgerErrors.fail(
        "category_in_use",
        "Transactions or budgets speak of it: archive it instead, at /archival.",
      );
    await deps.categories.remove(tx, category.id);
  });
}

/** One writer at a time, who has seen the category as it is. Gives it as it then is; as it was when it is gone. */
async function change(
  deps: BookAccessDeps,
  ctx: RequestContext,
  { id, ifMatch }: Target,
  apply: (tx: Tx, category: Category, tree: readonly Category[]) => Promise<void>,
): Promise<Category> {
  const categoryId = parseId(id);
  const found = await deps.categories.find(deps.db.read, categoryId);
  const { bookId } = await requireBookOf(deps, ctx, found, "write", categoryNotFound);
  return deps.db.transact(ctx, async (tx) => {
    await lockBook(deps, tx, { bookId, dates: [] });
    const tree = await deps.categories.tree(tx, bookId);
    const category = tree.find((one) => one.id === categoryId);
    if (!category) throw categoryNotFound();
    requireVersion(category.version, ifMatch);
    await apply(tx, category, tree);
    return (await deps.categories.find(tx, categoryId)) ?? category;
  });
}
