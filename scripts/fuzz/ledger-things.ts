import { type Answer, type Client, eventually } from "./client.ts";
import { type Things, told } from "./things.ts";

type Thing = { readonly id: string };
type Category = Thing & { readonly bookId: string; readonly kind: string };
type Import = Thing & { readonly state: string };

const date = "2026-03-01";
const amount = { amount: "12.50", currency: "EUR" };

/**
 * Something of each kind to look at, and for each operation that changes something a thing of its own, in the state that
 * it needs: what another operation did before changes nothing about it. Needs a plan with room for six accounts.
 */
export async function prepareLedger(client: Client): Promise<Things> {
  const { items } = (await client.get<{ items: readonly Category[] }>("/v1/categories")).body;
  const category = items.find(({ kind }) => kind === "expense");
  if (!category) throw new Error("a new book has no categories");
  const account = await openAccount(client);
  const transaction = await record(client, account, category);
  const budget = await makeBudget(client, category);
  const book = await begin(client, "Only read");
  const bank = await openAccount(client);
  const uploaded = await upload(client, bank);
  await record(client, account, category, { documentNumber: "in-bulk" });
  return {
    ACCOUNT_ID: account.id,
    BOOK_ID: book.body.id,
    DEFAULT_BOOK_ID: category.bookId,
    BUDGET_ID: budget.body.id,
    CATEGORY_ID: category.id,
    IMPORT_ID: uploaded.body.id,
    TRANSACTION_ID: transaction.body.id,
    ...(await prepareAccounts(client)),
    ...(await prepareBooks(client)),
    ...(await prepareBudgets(client, category)),
    ...(await prepareCategories(client)),
    ...(await prepareImports(client, bank)),
    ...told("CHANGE_TRANSACTION", await record(client, account, category)),
    ...told("VOID_TRANSACTION", await record(client, account, category)),
  };
}

async function prepareAccounts(client: Client): Promise<Things> {
  const open = () => client.post<Thing>("/v1/accounts", accountBody);
  return {
    ...told("ARCHIVE_ACCOUNT", await open()),
    ...told("DELETE_ACCOUNT", await open()),
    ...told("REOPEN_ACCOUNT", await archived(client, "/v1/accounts", await open())),
    ...told("UPDATE_ACCOUNT", await open()),
  };
}

const accountBody = {
  ...{ name: "Checking", kind: "checking", currency: "EUR", openingDate: date },
  openingBalance: { amount: "100.00", currency: "EUR" },
};
const openAccount = async (client: Client) =>
  (await client.post<Thing>("/v1/accounts", accountBody)).body;

const archived = (client: Client, path: string, { body, etag }: Answer<Thing>) =>
  client.post<Thing>(`${path}/${body.id}/archival`, undefined, etag);

async function prepareBooks(client: Client): Promise<Things> {
  const { body, etag } = await begin(client, "Closed");
  const closing = { closedThrough: "2026-10-31" };
  const closed = await client.put<Thing>(`/v1/books/${body.id}/closing`, closing, etag);
  return {
    ...told("CLOSE_BOOK", await begin(client, "To be closed")),
    ...told("REOPEN_BOOK", closed),
    ...told("UPDATE_BOOK", await begin(client, "To be changed")),
  };
}

const begin = (client: Client, name: string) =>
  client.post<Thing>("/v1/books", { name, baseCurrency: "EUR", locale: "en" });

async function prepareBudgets(client: Client, category: Category): Promise<Things> {
  const make = () => makeBudget(client, category);
  return {
    ...told("ARCHIVE_BUDGET", await make()),
    ...told("RESTORE_BUDGET", await archived(client, "/v1/budgets", await make())),
    ...told("UPDATE_BUDGET", await make()),
  };
}

const makeBudget = (client: Client, category: Category) =>
  client.post<Thing>("/v1/budgets", {
    ...{ name: "Food", period: "monthly", amount, categoryIds: [category.id] },
    ...{ startsOn: date, rollover: "none", thresholds: [80] },
  });

async function prepareCategories(client: Client): Promise<Things> {
  const add = (name: string) => client.post<Thing>("/v1/categories", { name, kind: "expense" });
  return {
    ...told("ARCHIVE_CATEGORY", await add("To be archived")),
    ...told("DELETE_CATEGORY", await add("To be deleted")),
    ...told("RESTORE_CATEGORY", await archived(client, "/v1/categories", await add("Archived"))),
    ...told("UPDATE_CATEGORY", await add("To be changed")),
  };
}

async function prepareImports(client: Client, account: Thing): Promise<Things> {
  const { body, etag } = await upload(client, account);
  await client.post(`/v1/imports/${body.id}/commit`, undefined, etag);
  const committed = await importIn(client, body, "committed");
  return {
    ...told("ANSWER_IMPORT", await upload(client, account)),
    ...told("COMMIT_IMPORT", await upload(client, account)),
    ...told("REMOVE_IMPORT", await upload(client, account)),
    ...told("UNDO_IMPORT", committed),
  };
}

/** Read and ready to be committed. */
async function upload(client: Client, { id }: Thing): Promise<Answer<Import>> {
  const query = new URLSearchParams({ accountId: id, fileName: "bank.csv" });
  const csv = "Date,Payee,Amount\n2026-03-14,Baker,-2.50\n";
  const { body } = await client.upload<Import>(`/v1/imports?${query}`, "text/csv", csv);
  return importIn(client, body, "ready");
}

const importIn = (client: Client, { id }: Thing, state: string): Promise<Answer<Import>> =>
  eventually(`the import is ${state}`, async () => {
    const answer = await client.get<Import>(`/v1/imports/${id}`);
    if (answer.body.state === "failed") throw new Error(JSON.stringify(answer.body));
    return answer.body.state === state ? answer : undefined;
  });

const record = (client: Client, account: Thing, category: Category, more: object = {}) =>
  client.post<Thing>("/v1/transactions", {
    ...{ kind: "expense", date, accountId: account.id, amount, categoryId: category.id },
    ...more,
  });
