import type { Account, Book, Category } from "#modules/ledger/contract";
import { accountBody } from "./accounts.ts";
import { makeBudget, monthlyBudget } from "./budgets.ts";
import { csvOf, importerOf } from "./imports.ts";
import { ifMatch, type LedgerUser, ledgerUser } from "./ledger.ts";
import type { TestApp } from "./test-app.ts";

type Versioned = { readonly id: string; readonly version: number };

/** Everything that can be changed about books and what is in them, once and with success. */
export async function changeLedger(api: TestApp): Promise<void> {
  const user = await ledgerUser(api);
  await changeAccounts(user);
  await changeCategoriesAndBudgets(user);
  await changeTransactions(user);
  await importFiles(api, user);
  await changeBooks(user);
}

/** Sends a change with the version that the thing has by then. */
const changer =
  (user: LedgerUser, path: string) =>
  async (method: "patch" | "post" | "put" | "delete", suffix = "", body?: unknown) => {
    const { version } = (await user.get<Versioned>(path)).body;
    return user[method](`${path}${suffix}`, body, ifMatch(version));
  };

async function changeAccounts(user: LedgerUser): Promise<void> {
  const { body } = await user.post<Account>("/v1/accounts", accountBody());
  const change = changer(user, `/v1/accounts/${body.id}`);
  await change("patch", "", { name: "Renamed" });
  await change("post", "/archival");
  await change("delete", "/archival");
  await change("delete");
}

async function changeCategoriesAndBudgets(user: LedgerUser): Promise<void> {
  const { body } = await user.post<Category>("/v1/categories", { kind: "expense", name: "Books" });
  const change = changer(user, `/v1/categories/${body.id}`);
  await change("patch", "", { name: "Music" });
  await change("post", "/archival");
  await change("delete", "/archival");
  await change("delete");
  const { id } = await makeBudget(user, monthlyBudget([await user.addCategory("expense")]));
  const changeBudget = changer(user, `/v1/budgets/${id}`);
  await changeBudget("patch", "", { name: "Renamed" });
  await changeBudget("post", "/archival");
  await changeBudget("delete", "/archival");
}

async function changeTransactions(user: LedgerUser): Promise<void> {
  const accountId = await user.addAccount("EUR");
  const { id } = await user.record({
    ...{ kind: "expense", date: "2026-09-01", accountId, payee: "Migros" },
    amount: { amount: "1.00", currency: "EUR" },
  });
  const change = changer(user, `/v1/transactions/${id}`);
  await change("patch", "", { note: "Changed" });
  await user.post("/v1/transactions/bulk-changes", {
    ...{ filter: { accountId }, expectedCount: 1, change: { addTags: ["seen"] } },
  });
  await change("post", "/void", {});
}

async function importFiles(api: TestApp, user: LedgerUser): Promise<void> {
  const bank = importerOf(api, user);
  const accountId = await user.addAccount("EUR");
  const upload = (day: string) => bank.upload(csvOf([[day, "-4.50"]]), accountId);
  const read = await upload("2026-03-01");
  await bank.undo(await bank.commit(await bank.answer(read, { dateOrder: "ymd" })));
  const other = await upload("2026-03-02");
  await user.delete(`/v1/imports/${other.id}`, undefined, ifMatch(other.version));
}

async function changeBooks(user: LedgerUser): Promise<void> {
  await user.post<Book>("/v1/books", { name: "Second" });
  const change = changer(user, `/v1/books/${user.bookId}`);
  await change("patch", "", { name: "Renamed" });
  await change("put", "/closing", { closedThrough: "2026-01-31" });
  await change("post", "/reopening", { closedThrough: null, reason: "test" });
}
