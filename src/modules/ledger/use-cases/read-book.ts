import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import { decodeCursor, pageOf } from "#platform/kernel/page";
import { parseLocalDate } from "#platform/kernel/time";
import type { Account, AccountBalance, LedgerApi } from "../contract.ts";
import type { JournalKey, LedgerDeps } from "../deps.ts";
import { maxAccounts } from "../domain/account.ts";
import { shownMoney } from "../domain/shown-money.ts";
import { ledgerErrors } from "../errors.ts";
import { type BookAccessDeps, bookNotFound, requireBookOfUser } from "./book-access.ts";
import { toAccount } from "./find-account.ts";

export const maxBalanceDays = 400;
/** Accounts times days. */
export const maxBalances = 100_000;
export const maxJournalPage = 1_000;
/** How often a page is read again that the book changed under. */
const maxAttempts = 3;

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

/** See {@link LedgerApi.transactionsPage}. Throws `ledger.book_busy` (409) while the book never stands still. */
export async function transactionsPage(
  deps: BookAccessDeps & Pick<LedgerDeps, "journal" | "transactions">,
  _ctx: RequestContext,
  input: Input<"transactionsPage">,
): Output<"transactionsPage"> {
  const { userId, bookId, limit } = input;
  const [from, to] = [parseLocalDate(input.from, "from"), parseLocalDate(input.to, "to")];
  if (!Number.isInteger(limit) || limit < 1 || limit > maxJournalPage)
    throw invalidField("limit", `Must be 1 to ${maxJournalPage}.`);
  const after = input.cursor === undefined ? undefined : keyOf(input.cursor);
  const { read } = deps.db;
  const revisionNow = async () => {
    const book = await deps.books.find(read, { userId, bookId });
    if (!book) throw bookNotFound();
    return book.revision;
  };
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const bookRevision = await revisionNow();
    const keys = await deps.journal.page(read, { bookId, from, to, after, limit: limit + 1 });
    const page = pageOf(keys, limit, ({ date, id }) => [date, id]);
    const items = await deps.transactions.byIds(read, idsOf(page.items));
    // What was read in several statements is one state only if nothing was written meanwhile.
    if ((await revisionNow()) === bookRevision)
      return { bookRevision, items, nextCursor: page.nextCursor };
  }
  throw ledgerErrors.fail("book_busy", "The book is being written to: ask again.");
}

const idsOf = (keys: readonly JournalKey[]): Id[] => keys.map(({ id }) => id);

function keyOf(cursor: string): JournalKey {
  const [date = "", id = ""] = decodeCursor(cursor, 2);
  return { date: parseLocalDate(date, "cursor"), id: parseId(id, "cursor") };
}
