import type { RequestContext } from "#platform/kernel/context";
import { signOf } from "#platform/kernel/decimal";
import type { AppError } from "#platform/kernel/errors";
import type { Account } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { type AccountInput, maxAccounts, readAccount } from "../domain/account.ts";
import { ledgerErrors } from "../errors.ts";
import { accountRoomOf, takeRoom } from "./account-room.ts";
import { lockBook, requireBook } from "./book-access.ts";
import { type AccountDeps, toAccount } from "./find-account.ts";
import { setOpening } from "./set-opening.ts";

type Deps = AccountDeps & Pick<LedgerDeps, "billing" | "transactions" | "postings">;

/**
 * Opens an account; what it holds already is posted as a transaction of its own, unless it is nothing. Throws
 * `ledger.plan_limit_reached` (402), `ledger.period_closed`, `ledger.external_code_taken` (409).
 */
export async function createAccount(
  deps: Deps,
  ctx: RequestContext,
  input: AccountInput & { readonly bookId?: string | undefined },
): Promise<Account> {
  const book = { bookId: input.bookId, path: "/bookId", need: "write" } as const;
  const { bookId, userId } = await requireBook(deps, ctx, book);
  const room = await accountRoomOf(deps, ctx, { bookId });
  const { openingBalance, ...draft } = readAccount(input, deps.scales);
  const at = deps.clock.now();
  const accountId = deps.ids.next();
  const opens = signOf(openingBalance.amount) !== 0;
  return deps.db.transact(ctx, async (tx) => {
    await lockBook(deps, tx, { bookId, dates: opens ? [draft.openingDate] : [] });
    await takeRoom(deps, tx, room);
    if ((await deps.accounts.countInBook(tx, bookId)) >= maxAccounts) throw tooManyAccounts();
    if (
      await deps.accounts.isCodeTaken(tx, { bookId, code: draft.externalCode, except: accountId })
    )
      throw codeTaken();
    await deps.accounts.insert(tx, {
      ...{ id: accountId, bookId, ...draft, version: 1 },
      ...{ createdBy: userId, createdAt: at, updatedAt: at },
    });
    await setOpening(deps, tx, {
      ...{ accountId, bookId, by: userId, at },
      opening: { amount: openingBalance, date: draft.openingDate },
    });
    const account = await deps.accounts.withBalance(tx, accountId);
    if (!account) throw new Error("an account is gone as soon as it was made");
    return toAccount(account, deps.scales);
  });
}

export const codeTaken = (): AppError =>
  ledgerErrors.fail(
    "external_code_taken",
    "Another account of this book has this code. Give that one another code first.",
  );

const tooManyAccounts = (): AppError =>
  ledgerErrors.fail("too_many_accounts", `A book holds at most ${maxAccounts} accounts.`, {
    meta: { limit: maxAccounts, wayOut: "DELETE /v1/accounts/{id}; POST /v1/books" },
  });
