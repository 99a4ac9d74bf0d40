import type { Transaction } from "#modules/ledger/contract";
import { fingerprintOf, parseTransactionFilter } from "#modules/ledger/domain/transaction-filter";
import type { Id } from "#platform/kernel/ids";
import { faultsOf, ledgerUser } from "../../tests/support/ledger.ts";
import type { TestApp } from "../../tests/support/test-app.ts";
import { fillBook, whileUnindexed } from "./ledger-rows.ts";

const categoriesOfBook = 20;
const categoriesOfBudget = 3;

/** A book with so many transactions, and what is asked of it. */
export type BenchBook = {
  readonly rows: number;
  readonly userId: Id;
  readonly token: string;
  readonly bookId: Id;
  readonly accountId: Id;
  readonly categoryId: Id;
  readonly budgetId: string;
  /** Some of its transactions, from everywhere in the book. */
  readonly known: readonly Pick<Transaction, "id" | "date">[];
  /** Of the list without a filter, for cursors. */
  readonly fingerprint: string;
};

export async function openBooks(
  api: TestApp,
  sizes: readonly [small: number, large: number],
  asked: { readonly known: number; readonly checked: boolean },
): Promise<readonly [small: BenchBook, large: BenchBook]> {
  const books: BenchBook[] = [];
  await whileUnindexed(api.sql, async () => {
    for (const rows of sizes) books.push(await openBook(api, rows, asked.known));
  });
  await api.sql`vacuum analyze`;
  const [small, large] = books;
  if (!small || !large) throw new Error("there are two books");
  if (asked.checked)
    for (const { bookId } of books) {
      const faults = await faultsOf(api, bookId);
      if (faults.length > 0)
        throw new Error(`not as the application records: ${faults.join(", ")}`);
    }
  return [small, large];
}

async function openBook(api: TestApp, rows: number, known: number): Promise<BenchBook> {
  const user = await ledgerUser(api);
  const { bookId } = user;
  const accountIds = [await user.addAccount("EUR"), await user.addAccount("EUR")];
  const categoryIds: Id[] = [];
  for (let index = 0; index < categoriesOfBook; index += 1)
    categoryIds.push(await user.addCategory("expense", `Category ${index}`));
  await fillBook(api.sql, { bookId, accountIds, categoryIds }, rows, user.user.id);
  const budget = await user.post<{ id: string }>("/v1/budgets", {
    ...{ name: "Some", period: "monthly", rollover: "none", thresholds: [] },
    ...{ amount: { amount: "500.00", currency: "EUR" }, startsOn: "2026-01-01" },
    categoryIds: categoryIds.slice(0, categoriesOfBudget),
  });
  if (budget.status !== 201) throw new Error(`no budget: ${budget.status}`);
  const [accountId, categoryId] = [accountIds[0], categoryIds[0]];
  if (!accountId || !categoryId) throw new Error("a book without accounts");
  return {
    ...{ rows, bookId, accountId, categoryId, budgetId: budget.body.id },
    ...{ userId: user.user.id, token: user.tokens.accessToken },
    known: await api.sql<Pick<Transaction, "id" | "date">[]>`
      select id, date::text from ledger.transactions where book_id = ${bookId} order by md5(id::text) limit ${known}`,
    fingerprint: fingerprintOf(bookId, parseTransactionFilter({})),
  };
}
