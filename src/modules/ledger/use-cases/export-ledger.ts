import type { Reader } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { csvDialectOf } from "#platform/kernel/csv";
import type { Id } from "#platform/kernel/ids";
import { scaleOf } from "#platform/kernel/money";
import { utcDayOf } from "#platform/kernel/time";
import type { Transaction } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { maxAccounts } from "../domain/account.ts";
import { csvHead, csvLines } from "../domain/csv-export.ts";
import { categoryPaths } from "../domain/export-names.ts";
import { journalEntry, journalHead, journalNames } from "../domain/journal-export.ts";
import {
  parseTransactionFilter,
  type TransactionFilterInput,
  type TransactionSearch,
} from "../domain/transaction-filter.ts";
import { type BookAccess, type BookAccessDeps, requireBook } from "./book-access.ts";
import { resolveFilter } from "./find-transactions.ts";

type Deps = BookAccessDeps &
  Pick<LedgerDeps, "accounts" | "exports" | "transactions" | "transactionSearch" | "scales">;

export type ExportInput = Omit<TransactionFilterInput, "state"> & {
  readonly bookId?: string | undefined;
};

/** A file that is made while it is read, of one state of the book. What is void is left out. */
export type ExportFile = { readonly name: string; readonly chunks: AsyncIterable<string> };

/** As spreadsheets of the book's language read it. */
export const exportCsv = (deps: Deps, ctx: RequestContext, input: ExportInput) =>
  exportBook(deps, ctx, input, "transactions", "csv", async function* (reader, book, pages) {
    const dialect = csvDialectOf(book.locale);
    const { accounts, categories } = await namesOf(deps, reader, book.bookId);
    const names = {
      accounts: new Map(accounts.map(({ id, name }) => [id, name])),
      categories: categoryPaths(categories),
    };
    yield csvHead(dialect);
    for await (const page of pages)
      yield page.map((transaction) => csvLines(transaction, names, dialect)).join("");
  });

/** An array of transactions, as the list shows them. */
export const exportJson = (deps: Deps, ctx: RequestContext, input: ExportInput) =>
  exportBook(deps, ctx, input, "transactions", "json", async function* (_reader, _book, pages) {
    let before = "[";
    for await (const page of pages) {
      yield `${before}${page.map((transaction) => JSON.stringify(transaction)).join(",\n")}`;
      before = ",\n";
    }
    yield before === "[" ? "[]\n" : "]\n";
  });

/** For hledger, and with it for whatever reads plain-text accounting. */
export const exportJournal = (
  deps: Deps,
  ctx: RequestContext,
  input: Pick<ExportInput, "bookId" | "from" | "to">,
) =>
  exportBook(deps, ctx, input, "ledger", "journal", async function* (reader, book, pages) {
    const { accounts, categories } = await namesOf(deps, reader, book.bookId);
    const currencies = new Set(accounts.map(({ currency }) => currency));
    const digits = [...currencies].map((one) => [one, scaleOf(deps.scales, one)] as const);
    const names = journalNames(accounts, categories);
    yield journalHead(names, new Map(digits));
    for await (const page of pages)
      yield page.map((transaction) => journalEntry(transaction, names)).join("");
  });

type Pages = AsyncIterable<readonly Transaction[]>;

async function exportBook(
  deps: Deps,
  ctx: RequestContext,
  { bookId: asked, ...input }: ExportInput,
  name: string,
  extension: string,
  write: (reader: Reader, book: BookAccess, pages: Pages) => AsyncIterable<string>,
): Promise<ExportFile> {
  const filter = parseTransactionFilter(input);
  const book = await requireBook(deps, ctx, { bookId: asked, need: "read" });
  return {
    name: `${name}-${utcDayOf(deps.clock.now())}.${extension}`,
    chunks: deps.db.stream(book.userId, async function* (reader) {
      // Before anything is written: what fails now is still told as a problem.
      const search = await resolveFilter(deps, reader, book.bookId, filter);
      yield* write(reader, book, pagesOf(deps, reader, search));
    }),
  };
}

async function* pagesOf(
  deps: Deps,
  reader: Reader,
  search: TransactionSearch,
): AsyncGenerator<readonly Transaction[]> {
  for await (const ids of deps.exports.pages(reader, search))
    yield await deps.transactions.byIds(reader, ids);
}

async function namesOf(deps: Deps, reader: Reader, bookId: Id) {
  const accounts = await deps.accounts.list(reader, {
    ...{ bookId, archived: undefined, after: undefined, limit: maxAccounts },
  });
  return { accounts, categories: await deps.categories.tree(reader, bookId) };
}
