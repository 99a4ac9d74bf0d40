import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { pageOf } from "#platform/kernel/page";
import { parseLocalDate } from "#platform/kernel/time";
import type { Account, AccountBalance, Book, Category, LedgerApi } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { maxAccounts } from "../domain/account.ts";
import { shownMoney } from "../domain/shown-money.ts";
import { type BookAccessDeps, bookNotFound, requireBookOfUser } from "./book-access.ts";
import {
  readBookPart,
  readJournalCursor,
  requireAccountsOf,
  requirePageLimit,
} from "./book-part.ts";
import { toAccount } from "./find-account.ts";
import { readSteadily, type SteadyDeps } from "./read-steadily.ts";

export const maxBalanceDays = 400;
/** Accounts times days. */
export const maxBalances = 100_000;

type Input<Method extends keyof LedgerApi> = Parameters<LedgerApi[Method]>[1];
type Output<Method extends keyof LedgerApi> = ReturnType<LedgerApi[Method]>;

/** See {@link LedgerApi.accountsOf}. */
export async function accountsOf(
  deps: BookAccessDeps & Pick<LedgerDeps, "accounts" | "scales">,
  ctx: RequestContext,
  input: Input<"accountsOf">,
): Promise<readonly Account[]> {
  const { bookId } = await requireBookOfUser(deps, ctx, { ...input, need: "read" });
  const rows = await deps.accounts.list(deps.db.read, {
    ...{ bookId, archived: undefined, after: undefined, limit: maxAccounts },
  });
  return rows.map((row) => toAccount(row, deps.scales));
}

/** See {@link LedgerApi.bookOf}. */
export async function bookOf(
  deps: SteadyDeps,
  _ctx: RequestContext,
  input: Input<"bookOf">,
): Promise<Book> {
  const book = await deps.books.find(deps.db.read, input);
  if (!book) throw bookNotFound();
  return book;
}

/** See {@link LedgerApi.categoriesOf}. */
export async function categoriesOf(
  deps: BookAccessDeps,
  ctx: RequestContext,
  input: Input<"categoriesOf">,
): Promise<readonly Category[]> {
  const { bookId } = await requireBookOfUser(deps, ctx, { ...input, need: "read" });
  return deps.categories.tree(deps.db.read, bookId);
}

/** See {@link LedgerApi.balancesAt}. */
export async function balancesAt(
  deps: BookAccessDeps & Pick<LedgerDeps, "accounts" | "balances" | "scales">,
  ctx: RequestContext,
  input: Input<"balancesAt">,
): Promise<readonly AccountBalance[]> {
  const days = input.days.map((day) => parseLocalDate(day, "days"));
  if (days.length > maxBalanceDays)
    throw invalidField("days", `Must be at most ${maxBalanceDays}.`);
  const accounts = await accountsOf(deps, ctx, input);
  if (accounts.length * days.length > maxBalances)
    throw invalidField("days", `Come to more than ${maxBalances} balances: ask for fewer at once.`);
  const currencies = new Map(accounts.map(({ id, currency }) => [id, currency]));
  const rows = await deps.balances.at(deps.db.read, { bookId: input.bookId }, days);
  return rows.flatMap(({ accountId, on, balance }) => {
    const currency = currencies.get(accountId);
    return currency ? [{ accountId, on, balance: shownMoney(balance, currency, deps.scales) }] : [];
  });
}

/** See {@link LedgerApi.transactionsPage}. Throws `ledger.book_busy` (503) while the book never stands still. */
export async function transactionsPage(
  deps: SteadyDeps & Pick<LedgerDeps, "accounts" | "journal" | "transactions">,
  _ctx: RequestContext,
  input: Input<"transactionsPage">,
): Output<"transactionsPage"> {
  const part = readBookPart({ ...input, accountIds: input.accountIds ?? null });
  requirePageLimit(input.limit);
  const after = readJournalCursor(input.cursor);
  const { read } = deps.db;
  return readSteadily(deps, part, async () => {
    await requireAccountsOf(deps, part);
    const keys = await deps.journal.page(read, { ...part, after, limit: input.limit + 1 });
    const page = pageOf(keys, input.limit, ({ date, id }) => [date, id]);
    const ids = page.items.map(({ id }) => id);
    return { items: await deps.transactions.byIds(read, ids), nextCursor: page.nextCursor };
  });
}
