import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { signOf } from "#platform/kernel/decimal";
import { type Id, parseId } from "#platform/kernel/ids";
import type { LocalDate } from "#platform/kernel/time";
import type { Account } from "../contract.ts";
import type { AccountRow, LedgerDeps } from "../deps.ts";
import { type AccountChanges, type AccountDraft, changeAccount } from "../domain/account.ts";
import { shownMoney } from "../domain/shown-money.ts";
import { ledgerErrors } from "../errors.ts";
import { accountRoomOf, takeRoom } from "./account-room.ts";
import { lockBook, requireVersion } from "./book-access.ts";
import { codeTaken } from "./create-account.ts";
import { type AccountDeps, accountNotFound, requireAccount, toAccount } from "./find-account.ts";
import { setOpening } from "./set-opening.ts";
import { accountArchived } from "./transaction-references.ts";

type Deps = AccountDeps & Pick<LedgerDeps, "billing" | "transactions" | "postings">;

/** Which account, and the version of it that the user has seen. */
type Target = { readonly id: string; readonly ifMatch: number };

/**
 * Changes what is given of an account. Another opening balance or day rewrites its transaction. Throws
 * `ledger.account_in_use` (409) for another currency once there are transactions, `ledger.account_archived` for another
 * balance of one that is archived, `ledger.external_code_taken`, `ledger.period_closed`.
 */
export async function updateAccount(
  deps: Deps,
  ctx: RequestContext,
  { id, ifMatch, ...changes }: Target & AccountChanges,
): Promise<Account> {
  const accountId = parseId(id);
  const { account, access } = await requireAccount(deps, ctx, { accountId, need: "write" });
  requireVersion(account.version, ifMatch);
  const { bookId } = account;
  const before = draftOf(deps, account);
  const after = changeAccount(before, changes, deps.scales);
  const reopens = !isSameOpening(before, after);
  if (reopens && account.archivedAt !== null) throw accountArchived();
  const dates = reopens ? openingDays([before, after]) : [];
  return write(deps, ctx, { accountId, bookId, ifMatch, dates }, async (tx) => {
    if (before.currency !== after.currency && (await deps.accounts.hasHistory(tx, account)))
      throw currencyInUse();
    const { externalCode: code } = after;
    if (await deps.accounts.isCodeTaken(tx, { bookId, code, except: accountId })) throw codeTaken();
    const at = deps.clock.now();
    const { openingBalance, ...values } = after;
    await deps.accounts.change(tx, accountId, values, at);
    if (reopens)
      await setOpening(deps, tx, {
        ...{ accountId, bookId, by: access.userId, at },
        opening: { amount: openingBalance, date: after.openingDate },
      });
  });
}

/** It takes no more transactions, and counts no more against the plan; what it holds still counts. */
export async function archiveAccount(
  deps: Deps,
  ctx: RequestContext,
  { id, ifMatch }: Target,
): Promise<Account> {
  const accountId = parseId(id);
  const { account } = await requireAccount(deps, ctx, { accountId, need: "write" });
  const { bookId } = account;
  return write(deps, ctx, { accountId, bookId, ifMatch, dates: [] }, async (tx, locked) => {
    const at = deps.clock.now();
    if (locked.archivedAt === null)
      await deps.accounts.change(tx, accountId, { archivedAt: at }, at);
  });
}

/** Throws `ledger.plan_limit_reached` (402) when the plan has no room for one more. */
export async function reopenAccount(
  deps: Deps,
  ctx: RequestContext,
  { id, ifMatch }: Target,
): Promise<Account> {
  const accountId = parseId(id);
  const { account } = await requireAccount(deps, ctx, { accountId, need: "write" });
  const { bookId } = account;
  const room = account.archivedAt === null ? null : await accountRoomOf(deps, ctx, { bookId });
  return write(deps, ctx, { accountId, bookId, ifMatch, dates: [] }, async (tx, locked) => {
    if (room === null || locked.archivedAt === null) return;
    await takeRoom(deps, tx, room);
    await deps.accounts.change(tx, accountId, { archivedAt: null }, deps.clock.now());
  });
}

/** Only as long as nothing was ever recorded with it; its opening balance goes with it. */
export async function deleteAccount(
  deps: Deps,
  ctx: RequestContext,
  { id, ifMatch }: Target,
): Promise<void> {
  const accountId = parseId(id);
  const { account } = await requireAccount(deps, ctx, { accountId, need: "write" });
  const { bookId } = account;
  const dates = openingDays([draftOf(deps, account)]);
  await deps.db.transact(ctx, async (tx) => {
    await lockBook(deps, tx, { bookId, dates });
    await lockedAccount(deps, tx, accountId, ifMatch);
    if (await deps.accounts.hasHistory(tx, account)) throw accountInUse();
    const opening = await deps.accounts.openingTransaction(tx, accountId);
    // The book's own opening account gives back what it gave.
    if (opening !== undefined)
      await deps.postings.repost(tx, { bookId, remove: [opening], add: [] });
    await deps.accounts.remove(tx, accountId);
  });
}

/** Locks the book, sees that the account is what the client has seen, changes it, and gives what it is then. */
async function write(
  deps: Deps,
  ctx: RequestContext,
  target: {
    readonly accountId: Id;
    readonly bookId: Id;
    readonly ifMatch: number;
    readonly dates: readonly LocalDate[];
  },
  change: (tx: Tx, locked: AccountRow) => Promise<void>,
): Promise<Account> {
  const { accountId, bookId, ifMatch, dates } = target;
  return deps.db.transact(ctx, async (tx) => {
    await lockBook(deps, tx, { bookId, dates });
    await change(tx, await lockedAccount(deps, tx, accountId, ifMatch));
    const changed = await deps.accounts.withBalance(tx, accountId);
    if (!changed) throw accountNotFound();
    return toAccount(changed, deps.scales);
  });
}

async function lockedAccount(
  { accounts }: Pick<LedgerDeps, "accounts">,
  tx: Tx,
  accountId: Id,
  ifMatch: number,
): Promise<AccountRow> {
  const locked = await accounts.withBalance(tx, accountId);
  if (!locked) throw accountNotFound();
  requireVersion(locked.version, ifMatch);
  return locked;
}

const draftOf = ({ scales }: Pick<LedgerDeps, "scales">, account: AccountRow): AccountDraft => ({
  ...{ kind: account.kind, name: account.name, currency: account.currency },
  openingBalance: shownMoney(account.openingBalance, account.currency, scales),
  ...{ openingDate: account.openingDate, externalCode: account.externalCode },
});

const hasOpening = ({ openingBalance }: AccountDraft): boolean =>
  signOf(openingBalance.amount) !== 0;

/** An opening balance of zero stands on no day. */
const openingDays = (drafts: readonly AccountDraft[]): LocalDate[] =>
  drafts.filter(hasOpening).map(({ openingDate }) => openingDate);

function isSameOpening(a: AccountDraft, b: AccountDraft): boolean {
  if (!hasOpening(a) && !hasOpening(b)) return true;
  const { amount, currency } = a.openingBalance;
  return (
    amount === b.openingBalance.amount &&
    currency === b.openingBalance.currency &&
    a.openingDate === b.openingDate
  );
}

const accountInUse = () =>
  ledgerErrors.fail(
    "account_in_use",
    "Transactions or imports refer to the account, void ones too. Archive it instead: it keeps its history and counts no more against the plan.",
    { meta: { wayOut: "POST /v1/accounts/{id}/archival" } },
  );

const currencyInUse = () =>
  ledgerErrors.fail(
    "account_in_use",
    "The account has transactions, void ones too, in its currency. Open another account in the new currency, transfer the balance there, and archive this one.",
    {
      fields: [{ path: "/currency", detail: "Cannot change any more." }],
      meta: { wayOut: "POST /v1/accounts; POST /v1/transactions; POST /v1/accounts/{id}/archival" },
    },
  );
