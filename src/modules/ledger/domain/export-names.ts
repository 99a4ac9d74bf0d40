import type { Id } from "#platform/kernel/ids";
import type { Category } from "../contract.ts";

/** "Food" and "Groceries", by the id of Groceries. */
export type CategoryPaths = ReadonlyMap<Id, readonly string[]>;

/** From the root down. A category whose parent is not among them is a root. */
export function categoryPaths(
  categories: readonly Pick<Category, "id" | "parentId" | "name">[],
): CategoryPaths {
  const byId = new Map(categories.map((category) => [category.id, category]));
  const paths = new Map<Id, readonly string[]>();
  for (const category of categories) {
    const path: string[] = [];
    // No longer than there are categories, whatever the tree looks like.
    for (
      let next: typeof category | undefined = category;
      next && path.length < categories.length;
      next = next.parentId === null ? undefined : byId.get(next.parentId)
    )
      path.unshift(next.name);
    paths.set(category.id, path);
  }
  return paths;
}

/** Gives each of these a name of its own: "Cash", "Cash (2)". In the order given, so that the first keeps its name. */
export function createUniqueNames(): (name: string) => string {
  const taken = new Set<string>();
  return (name) => {
    let unique = name;
    for (let number = 2; taken.has(unique); number += 1) unique = `${name} (${number})`;
    taken.add(unique);
    return unique;
  };
}
