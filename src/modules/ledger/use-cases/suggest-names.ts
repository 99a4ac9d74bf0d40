import type { RequestContext } from "#platform/kernel/context";
import type { LocalDate } from "#platform/kernel/time";
import { maxSuggestions } from "../bounds.ts";
import type { LedgerDeps } from "../deps.ts";
import { hasWords } from "../domain/search-text.ts";
import { parseTransactionFilter } from "../domain/transaction-filter.ts";
import { type BookAccessDeps, requireBook } from "./book-access.ts";

type Deps = BookAccessDeps & Pick<LedgerDeps, "transactionSearch">;

export type SuggestNamesInput = {
  readonly bookId?: string | undefined;
  readonly search?: string | undefined;
};

/** The newest transactions with these words that are looked through. */
const transactionsLookedAt = 1_000;

export const suggestPayees = (deps: Deps, ctx: RequestContext, input: SuggestNamesInput) =>
  suggestNames(deps, ctx, "payee", input);

export const suggestTags = (deps: Deps, ctx: RequestContext, input: SuggestNamesInput) =>
  suggestNames(deps, ctx, "tags", input);

/** Payees or tags with these words, the last used ones first: what somebody who types probably means. */
async function suggestNames(
  deps: Deps,
  ctx: RequestContext,
  of: "payee" | "tags",
  { bookId: asked, search }: SuggestNamesInput,
): Promise<{
  readonly items: readonly { readonly name: string; readonly lastUsedOn: LocalDate }[];
}> {
  const filter = parseTransactionFilter({ search });
  const { bookId } = await requireBook(deps, ctx, { bookId: asked, need: "read" });
  const names = await deps.transactionSearch.recentNames(
    deps.db.read,
    { bookId, filter, categoryIds: null },
    { of, among: transactionsLookedAt },
  );
  const meant = names.filter(({ name }) => hasWords(name, filter.words ?? []));
  return { items: meant.slice(0, maxSuggestions) };
}
