import type { Id } from "#platform/kernel/ids";
import type { Category } from "./ledger-figures.ts";

/** Where a category stands in the tree of its book. */
export type CategoryPlace = Pick<Category, "id" | "kind" | "externalCode"> & {
  /** "Food > Groceries". */
  readonly path: string;
  readonly mainId: Id;
  readonly mainName: string;
};

export type CategoryPlaces = {
  /** Throws for an id that is no category of the book. */
  of(id: Id): CategoryPlace;
  /** As it is listed, whatever the language: by the names from the top down. */
  compare(a: Id, b: Id): number;
  /** Whether any category hangs below another. */
  readonly hasLevels: boolean;
};

/** Like the exports of the ledger have it. */
const arrow = " > ";

export function createCategoryPlaces(categories: readonly Category[]): CategoryPlaces {
  const byId = new Map(categories.map((category) => [category.id, category]));
  // The root collation: the order is the same in every language of reports.
  const collator = new Intl.Collator("und");
  const chains = new Map(
    categories.map((category) => [category.id, chainOf(category, byId)] as const),
  );
  const chain = (id: Id) => {
    const found = chains.get(id);
    if (!found) throw new Error("a book speaks of a category that it has not");
    return found;
  };
  return {
    hasLevels: categories.some(({ parentId }) => parentId !== null),
    of(id) {
      const names = chain(id);
      const [main, own] = [names[0], names.at(-1)];
      if (!main || !own) throw new Error("a category has no name");
      return {
        ...{ id, kind: own.kind, externalCode: own.externalCode },
        path: names.map(({ name }) => name).join(arrow),
        ...{ mainId: main.id, mainName: main.name },
      };
    },
    compare(a, b) {
      const [left, right] = [chain(a), chain(b)];
      for (const [at, one] of left.entries()) {
        const other = right[at];
        if (!other) return 1;
        if (one.id === other.id) continue;
        return collator.compare(one.name, other.name) || (one.id < other.id ? -1 : 1);
      }
      return left.length - right.length;
    },
  };
}

/** From the top down; no longer than there are categories, whatever the tree looks like. */
function chainOf(category: Category, byId: ReadonlyMap<Id, Category>): readonly Category[] {
  const chain: Category[] = [];
  for (
    let next: Category | undefined = category;
    next && chain.length < byId.size;
    next = next.parentId === null ? undefined : byId.get(next.parentId)
  )
    chain.unshift(next);
  return chain;
}
