import { invalidField } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import { decodeCursor } from "#platform/kernel/page";
import { parseLocalDate } from "#platform/kernel/time";
import type { BookPart } from "../contract.ts";
import type { JournalKey, LedgerDeps } from "../deps.ts";
import { accountNotFound } from "./find-account.ts";

/** Accounts that a question may be narrowed to. */
export const maxChosenAccounts = 200;
/** Transactions that a neighbour gets at once. */
export const maxJournalPage = 1_000;

/** 422 naming the field when the first day comes after the last, or accounts are none or too many. */
export function readBookPart<Part extends BookPart>(part: Part): Part {
  const [from, to] = [parseLocalDate(part.from, "from"), parseLocalDate(part.to, "to")];
  if (from > to) throw invalidField("from", "Must not be after the last day.");
  return { ...part, from, to, accountIds: readAccountIds(part.accountIds) };
}

export function readAccountIds(asked: readonly Id[] | null): readonly Id[] | null {
  if (asked === null) return null;
  if (asked.length === 0 || asked.length > maxChosenAccounts)
    throw invalidField("accountIds", `Must be 1 to ${maxChosenAccounts}, or null for all.`);
  return [...new Set(asked.map((id, index) => parseId(id, `accountIds/${index}`)))];
}

/** Throws `ledger.account_not_found` (404) for an id that is no account of the book. */
export async function requireAccountsOf(
  { db, accounts }: Pick<LedgerDeps, "db" | "accounts">,
  { bookId, accountIds }: Pick<BookPart, "bookId" | "accountIds">,
): Promise<void> {
  if (accountIds === null) return;
  const found = await accounts.byIds(db.read, accountIds);
  if (found.filter((account) => account.bookId === bookId).length < accountIds.length)
    throw accountNotFound();
}

export function requirePageLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxJournalPage)
    throw invalidField("limit", `Must be 1 to ${maxJournalPage}.`);
}

export function readJournalCursor(cursor: string | undefined): JournalKey | undefined {
  if (cursor === undefined) return undefined;
  const [date = "", id = ""] = decodeCursor(cursor, 2);
  return { date: parseLocalDate(date, "cursor"), id: parseId(id, "cursor") };
}
