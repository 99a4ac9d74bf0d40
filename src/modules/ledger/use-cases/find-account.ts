import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import type { Scales } from "#platform/kernel/money";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { Account } from "../contract.ts";
import type { AccountRow, LedgerDeps } from "../deps.ts";
import { shownMoney } from "../domain/shown-money.ts";
import { ledgerErrors } from "../errors.ts";
import {
  type BookAccess,
  type BookAccessDeps,
  type BookNeed,
  requireBook,
  requireBookOf,
} from "./book-access.ts";

export type AccountDeps = BookAccessDeps & Pick<LedgerDeps, "accounts" | "scales">;

export async function getAccount(
  deps: AccountDeps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Account> {
  const accountId = parseId(input.id);
  const { account } = await requireAccount(deps, ctx, { accountId, need: "read" });
  return toAccount(account, deps.scales);
}

/** The oldest first. */
export async function listAccounts(
  deps: AccountDeps,
  ctx: RequestContext,
  input: {
    readonly bookId?: string | undefined;
    readonly archived?: boolean | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<Page<Account>> {
  const after = decodeMoment(input.cursor, "createdAt");
  const { bookId } = await requireBook(deps, ctx, { bookId: input.bookId, need: "read" });
  const rows = await deps.accounts.list(deps.db.read, {
    ...{ bookId, archived: input.archived, after },
    limit: input.limit + 1,
  });
  const page = pageOf(rows, input.limit, ({ createdAt, id }) => [createdAt, id]);
  return { ...page, items: page.items.map((row) => toAccount(row, deps.scales)) };
}

/** Throws `ledger.account_not_found` (404), also for an account in a book of others, and `ledger.read_only` (403). */
export async function requireAccount(
  deps: AccountDeps,
  ctx: RequestContext,
  { accountId, need }: { readonly accountId: Id; readonly need: BookNeed },
): Promise<{ readonly account: AccountRow; readonly access: BookAccess }> {
  const account = await deps.accounts.withBalance(deps.db.read, accountId);
  const access = await requireBookOf(deps, ctx, account, need, accountNotFound);
  if (!account) throw accountNotFound();
  return { account, access };
}

export const accountNotFound = (): AppError =>
  ledgerErrors.fail("account_not_found", "You have no such account.");

/** As clients and neighbours see it. */
export const toAccount = (row: AccountRow, scales: Scales): Account => ({
  ...{ id: row.id, bookId: row.bookId, kind: row.kind, name: row.name, currency: row.currency },
  openingBalance: shownMoney(row.openingBalance, row.currency, scales),
  openingDate: row.openingDate,
  externalCode: row.externalCode,
  balance: shownMoney(row.balance, row.currency, scales),
  ...{ archivedAt: row.archivedAt, version: row.version },
});
