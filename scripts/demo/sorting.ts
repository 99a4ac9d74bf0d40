import { type Book, idOf } from "./book.ts";
import { sortings } from "./household.ts";

/** Gives what the statements brought its categories and tags, by words in it; many transactions with each request. */
export async function sortStatements({ client, categoryIds }: Book): Promise<number> {
  let sorted = 0;
  for (const { search, category, tags } of sortings) {
    const query = new URLSearchParams({ search, uncategorised: "true" });
    const { count } = await client.get<{ count: number }>(`/v1/transactions/totals?${query}`);
    if (count === 0) continue;
    const { changed } = await client.post<{ changed: number }>("/v1/transactions/bulk-changes", {
      filter: { search, uncategorised: true },
      expectedCount: count,
      change: { categoryId: idOf(categoryIds, category), ...(tags ? { addTags: tags } : {}) },
    });
    sorted += changed;
  }
  return sorted;
}
