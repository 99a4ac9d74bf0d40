import type { RequestContext } from "#platform/kernel/context";
import type { Category } from "../contract.ts";
import { type BookAccessDeps, requireBook } from "./book-access.ts";

/** All categories of a book, archived ones too: their number is bounded. */
export async function listCategories(
  deps: BookAccessDeps,
  ctx: RequestContext,
  input: { readonly bookId?: string | undefined },
): Promise<{ readonly items: readonly Category[] }> {
  const { bookId } = await requireBook(deps, ctx, { bookId: input.bookId, need: "read" });
  return { items: await deps.categories.tree(deps.db.read, bookId) };
}
