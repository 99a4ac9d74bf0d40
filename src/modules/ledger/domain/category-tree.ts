import type { AppError } from "#platform/kernel/errors";
import { invalidField } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import { maxCategories } from "../bounds.ts";
import type { Category } from "../contract.ts";
import { ledgerErrors } from "../errors.ts";

/** A category without a parent is at depth 1. */
export const maxCategoryDepth = 4;

/** All categories of one book. */
export type CategoryTree = readonly Node[];
type Node = Pick<Category, "id" | "parentId" | "kind" | "isUncategorised" | "archivedAt">;

/**
 * That the category may hang below `parentId`; null = it stands at the top. `child.id` null = it is a new one. Errors:
 * `ledger.category_not_found` (404), `category_fixed` and `category_archived` (409), 422 naming /parentId for a parent
 * of the other kind, one below the category itself, and more than {@link maxCategoryDepth} levels.
 */
export function requireParent(
  tree: CategoryTree,
  child: { readonly id: Id | null; readonly kind: Category["kind"] },
  parentId: Id | null,
): void {
  if (parentId === null) return;
  const parent = tree.find(({ id }) => id === parentId);
  if (!parent) throw categoryNotFound();
  if (parent.kind !== child.kind) throw invalidField("/parentId", "Must be of the same kind.");
  if (parent.isUncategorised) throw categoryFixed("Nothing hangs below this category.");
  if (parent.archivedAt !== null)
    throw ledgerErrors.fail("category_archived", "Restore the parent first.");
  const above = pathTo(tree, parent);
  if (above.some(({ id }) => id === child.id))
    throw invalidField("/parentId", "Must not be the category itself or below it.");
  const levels = child.id === null ? 1 : heightOf(tree, child.id);
  if (above.length + levels > maxCategoryDepth)
    throw invalidField("/parentId", `Would make more than ${maxCategoryDepth} levels.`);
}

/** The category and all below it that are active: they are archived together. */
export const activeBranch = (tree: CategoryTree, id: Id): Id[] =>
  branch(tree, id, ({ archivedAt }) => archivedAt === null);

/**
 * The category and what below it was archived with it: they are restored together. Throws `ledger.category_archived`
 * (409) when it hangs below one that stays archived.
 */
export function archivedBranch(tree: CategoryTree, { id, parentId, archivedAt }: Node): Id[] {
  const parent = tree.find((other) => other.id === parentId);
  if (parent && parent.archivedAt !== null)
    throw ledgerErrors.fail("category_archived", "Restore the parent first.");
  return branch(tree, id, (below) => below.archivedAt === archivedAt);
}

/** Throws `ledger.category_fixed` (409) for the two that every book needs. */
export function requireMovable({ isUncategorised }: Node): void {
  if (isUncategorised)
    throw categoryFixed("What has no other category is kept here: it can only be renamed.");
}

/** Throws `ledger.too_many_categories` (409). */
export function requireRoom(tree: CategoryTree): void {
  if (tree.length >= maxCategories)
    throw ledgerErrors.fail(
      "too_many_categories",
      `A book has at most ${maxCategories} categories, archived ones too.`,
      { meta: { limit: maxCategories } },
    );
}

export const categoryNotFound = (): AppError =>
  ledgerErrors.fail("category_not_found", "You have no such category in this book.");

const categoryFixed = (detail: string) => ledgerErrors.fail("category_fixed", detail);

/** From the node to the top, itself first. Ends on whatever the rows say. */
function pathTo(tree: CategoryTree, node: Node): Node[] {
  const path: Node[] = [];
  for (let next: Node | undefined = node; next && path.length <= tree.length; ) {
    path.push(next);
    const { parentId }: Node = next;
    next = tree.find(({ id }) => id === parentId);
  }
  return path;
}

/** How many levels the category and what is below it take. */
function heightOf(tree: CategoryTree, id: Id): number {
  let levels = 0;
  for (let level = [id]; level.length > 0 && levels <= tree.length; levels += 1)
    level = childrenOf(tree, level).map((child) => child.id);
  return levels;
}

/** The category and those below it that `belongs` says yes to, as far down as every one between does, too. */
function branch(tree: CategoryTree, id: Id, belongs: (node: Node) => boolean): Id[] {
  const found = new Set([id]);
  for (let level = [id]; level.length > 0; ) {
    level = childrenOf(tree, level)
      .filter((child) => belongs(child) && !found.has(child.id))
      .map((child) => child.id);
    for (const one of level) found.add(one);
  }
  return [...found];
}

const childrenOf = (tree: CategoryTree, parents: readonly Id[]): Node[] =>
  tree.filter(({ parentId }) => parentId !== null && parents.includes(parentId));
