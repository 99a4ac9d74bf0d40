import { type Client, DemoError } from "./client.ts";
import {
  accounts,
  amountOf,
  type Household,
  householdBetween,
  type Line,
  monthAfter,
  type Purse,
} from "./household.ts";

/** What every part of the demo is filled in with. */
export type Book = {
  readonly client: Client;
  readonly today: string;
  readonly household: Household;
  readonly accountIds: ReadonlyMap<Purse, string>;
  /** By name. */
  readonly categoryIds: ReadonlyMap<string, string>;
};

const months = 14;

type Account = { readonly id: string; readonly name: string; readonly openingDate: string };
type Named = { readonly id: string; readonly name: string };

/** Opens the accounts that are not there. The household began on the day of the first of them. */
export async function openBook(client: Client, today: string): Promise<Book> {
  const { items } = await client.get<{ items: readonly Account[] }>("/v1/accounts?limit=200");
  const first = items[0]?.openingDate.slice(0, 7) ?? monthAfter(today.slice(0, 7), 1 - months);
  const accountIds = new Map<Purse, string>();
  for (const purse of Object.keys(accounts) as Purse[]) {
    const known = items.find(({ name }) => name === accounts[purse].name);
    const { id } = known ?? (await open(client, purse, `${first}-01`));
    accountIds.set(purse, id);
  }
  const categories = await client.get<{ items: readonly Named[] }>("/v1/categories");
  return {
    ...{ client, today, accountIds },
    household: householdBetween(first, today),
    categoryIds: new Map(categories.items.map(({ id, name }) => [name, id])),
  };
}

function open(client: Client, purse: Purse, openingDate: string): Promise<Account> {
  const { name, kind, currency, opening } = accounts[purse];
  return client.post("/v1/accounts", {
    ...{ name, kind, currency, openingDate, openingBalance: moneyIn(purse, opening) },
  });
}

export const moneyIn = (purse: Purse, cents: number) => ({
  amount: amountOf(cents),
  currency: accounts[purse].currency,
});

export function idOf<Name>(ids: ReadonlyMap<Name, string>, name: Name): string {
  const id = ids.get(name);
  if (id === undefined) throw new DemoError(`the book has no ${name}`);
  return id;
}

type Transaction = {
  readonly date: string;
  readonly accountId: string;
  readonly amount: { readonly amount: string };
  readonly payee: string | null;
};

/** Tells which entries are in the book, by what nobody changes of them. */
export async function recorded(book: Pick<Book, "client" | "accountIds">) {
  const { client, accountIds } = book;
  const found = new Set<string>();
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: { items: readonly Transaction[]; nextCursor: string | null } = await client.get(
      `/v1/transactions?limit=200${cursor === "" ? "" : `&cursor=${cursor}`}`,
    );
    for (const { date, accountId, amount, payee } of page.items)
      found.add(keyOf(date, accountId, amount.amount, payee ?? ""));
    cursor = page.nextCursor;
  }
  return {
    has: (entry: Pick<Line, "date" | "purse" | "cents" | "payee">) =>
      found.has(
        keyOf(
          entry.date,
          idOf(accountIds, entry.purse),
          amountOf(Math.abs(entry.cents)),
          entry.payee,
        ),
      ),
  };
}

const keyOf = (...facts: readonly string[]) => facts.join("|");
