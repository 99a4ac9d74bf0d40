import type { Account, Book, Category } from "#modules/ledger/contract";
import { ifMatch } from "./ledger.ts";
import type { Step } from "./ledger-plans.ts";
import { type Played, playedBy, someAccount, type World } from "./ledger-world.ts";
import { amountOf } from "./transaction-arbitraries.ts";

/** Of accounts that are opened, or get another currency: with two decimals, none and three. */
const planCurrencies = ["EUR", "JPY", "KWD"] as const;

const bookOf = async ({ user }: World) => (await user.get<Book>(`/v1/books/${user.bookId}`)).body;

export async function close(world: World, closedThrough: string): Promise<Played> {
  const { id, version } = await bookOf(world);
  const path = `/v1/books/${id}/closing`;
  return playedBy(await world.user.put(path, { closedThrough }, ifMatch(version)));
}

export async function reopen(world: World): Promise<Played | undefined> {
  const { id, version, closedThrough } = await bookOf(world);
  if (closedThrough === null) return undefined;
  const body = { closedThrough: null, reason: "plan" };
  return playedBy(await world.user.post(`/v1/books/${id}/reopening`, body, ifMatch(version)));
}

export async function open(world: World, units: number, openingDate: string): Promise<Played> {
  const currency = planCurrencies[Math.abs(units) % planCurrencies.length] ?? "EUR";
  const answer = await world.user.post<Account>("/v1/accounts", {
    ...{ kind: "cash", name: "More", currency, openingDate },
    openingBalance: { amount: amountOf(BigInt(units), currency), currency },
  });
  if (answer.status === 201) world.accounts.push({ id: answer.body.id, currency });
  return playedBy(answer);
}

export async function setOpening(world: World, step: Step & { readonly do: "opening" }) {
  const account = await someAccount(world, step.which);
  if (!account) return undefined;
  const currency = planCurrencies[step.currency ?? -1] ?? account.currency;
  const answer = await world.user.patch<Account>(
    `/v1/accounts/${account.id}`,
    {
      ...{ currency, openingDate: step.day },
      openingBalance: { amount: amountOf(BigInt(step.units), currency), currency },
    },
    ifMatch(account.version),
  );
  const known = world.accounts.find(({ id }) => id === account.id);
  if (answer.status === 200 && known) known.currency = currency;
  return playedBy(answer);
}

export async function archiveOrDelete(
  world: World,
  what: "archive" | "unarchive" | "delete" | "archive_category" | "restore_category",
  which: number,
): Promise<Played | undefined> {
  const { user, categories } = world;
  if (what === "archive_category" || what === "restore_category") {
    const path = `/v1/categories/${categories[which % categories.length]}`;
    const { version } = (await user.get<Category>(path)).body;
    const send = what === "archive_category" ? user.post : user.delete;
    return playedBy(await send(`${path}/archival`, undefined, ifMatch(version)));
  }
  const account = await someAccount(world, which);
  if (!account) return undefined;
  const path = `/v1/accounts/${account.id}${what === "delete" ? "" : "/archival"}`;
  const send = what === "archive" ? user.post : user.delete;
  const answer = await send(path, undefined, ifMatch(account.version));
  return playedBy(answer);
}
