import type { Reader } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { type Id, isId } from "#platform/kernel/ids";
import { decodeCursor, type Page, pageOf } from "#platform/kernel/page";
import { parseLocalDate } from "#platform/kernel/time";
import type { Transaction } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import {
  fingerprintOf,
  parseTransactionFilter,
  type TransactionFilter,
  type TransactionFilterInput,
  type TransactionKey,
  type TransactionSearch,
} from "../domain/transaction-filter.ts";
import { ledgerErrors } from "../errors.ts";
import { type BookAccessDeps, requireBook } from "./book-access.ts";

type Deps = BookAccessDeps & Pick<LedgerDeps, "transactions" | "transactionSearch">;

export type FindTransactionsInput = TransactionFilterInput & {
  readonly bookId?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** The newest first. A cursor is good for the filter that it came from. */
export async function findTransactions(
  deps: Deps,
  ctx: RequestContext,
  { bookId: asked, limit, cursor, ...input }: FindTransactionsInput,
): Promise<Page<Transaction>> {
  const filter = parseTransactionFilter(input);
  const { bookId } = await requireBook(deps, ctx, { bookId: asked, need: "read" });
  const fingerprint = fingerprintOf(bookId, filter);
  const before = cursor === undefined ? undefined : keyOf(cursor, fingerprint);
  const search = await resolveFilter(deps, deps.db.read, bookId, filter);
  const keys = await deps.transactionSearch.page(deps.db.read, search, {
    before,
    limit: limit + 1,
  });
  const page = pageOf(keys, limit, ({ date, id }) => [date, id, fingerprint]);
  const items = await deps.transactions.byIds(
    deps.db.read,
    page.items.map(({ id }) => id),
  );
  return { ...page, items };
}

/**
 * The filter with what the database knows of it. Throws `ledger.account_not_found`, `ledger.category_not_found` and
 * `ledger.import_not_found` (404) when it names something that is not in the book.
 */
export async function resolveFilter(
  deps: Pick<LedgerDeps, "transactionSearch">,
  reader: Reader,
  bookId: Id,
  filter: TransactionFilter,
): Promise<TransactionSearch> {
  const { hasAccount, hasImport, categoryIds } = await deps.transactionSearch.resolve(
    reader,
    bookId,
    filter,
  );
  if (!hasAccount) throw ledgerErrors.fail("account_not_found", "The book has no such account.");
  if (!hasImport) throw ledgerErrors.fail("import_not_found", "The book has no such import.");
  if (filter.categoryId !== undefined && categoryIds?.length === 0)
    throw ledgerErrors.fail("category_not_found", "The book has no such category.");
  return { bookId, filter, categoryIds };
}

function keyOf(cursor: string, fingerprint: string): TransactionKey {
  const [date = "", id = "", of] = decodeCursor(cursor, 3);
  if (!isId(id)) throw invalidField("cursor", "Is not a cursor of this list.");
  if (of !== fingerprint)
    throw invalidField("cursor", "Belongs to another filter: begin again without it.");
  return { date: parseLocalDate(date, "cursor"), id };
}
