import type { Reader, Tx } from "#platform/db/database";
import { type AppError, invalidField } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { Transaction } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { type CounterAccounts, counterAccountsOf } from "../domain/postings.ts";
import type { DraftSplit, TransactionDraft } from "../domain/transaction-draft.ts";
import { ledgerErrors } from "../errors.ts";
import { requireCategories } from "./require-categories.ts";

type Checked = Pick<TransactionDraft<Id | null>, "accountId" | "amount" | "transfer" | "splits">;

/** What a transaction already speaks of: it may go on doing so when it is archived. */
export type Kept = { readonly accountIds: readonly Id[]; readonly categoryIds: readonly Id[] };

/**
 * That the ids in a transaction are of its book, usable, and of the right currency. Throws `account_not_found` and
 * `category_not_found` (404), `account_archived` and `category_archived` (409), or 422 for another currency; all name
 * the field.
 */
export async function requireReferences(
  deps: Pick<LedgerDeps, "accounts" | "categories">,
  reader: Reader,
  bookId: Id,
  draft: Checked,
  kept: Kept = { accountIds: [], categoryIds: [] },
): Promise<void> {
  const wantedAccounts = accountsIn(draft);
  const foundAccounts = await deps.accounts.byIds(
    reader,
    wantedAccounts.map(({ id }) => id),
  );
  for (const { id, path, currency, currencyPath } of wantedAccounts) {
    const account = foundAccounts.find((one) => one.id === id && one.bookId === bookId);
    if (!account) throw accountNotFound(path);
    if (account.archivedAt !== null && !kept.accountIds.includes(id)) throw accountArchived(path);
    if (account.currency !== currency)
      throw invalidField(currencyPath, "Is not the currency of the account.");
  }
  await requireCategories(deps, reader, bookId, categoriesIn(draft), kept.categoryIds);
}

type WantedAccount = {
  readonly id: Id;
  readonly path: string;
  readonly currency: CurrencyCode;
  readonly currencyPath: string;
};

function accountsIn({ accountId, amount, transfer }: Checked): WantedAccount[] {
  const from = { id: accountId, path: "/accountId", currencyPath: "/amount/currency" };
  const to = transfer && {
    ...{ id: transfer.accountId, currency: transfer.amount.currency },
    ...{ path: "/toAccountId", currencyPath: "/toAmount/currency" },
  };
  return [{ ...from, currency: amount.currency }, ...(to ? [to] : [])];
}

function categoriesIn({ splits }: Checked): { readonly id: Id; readonly path: string }[] {
  const pathOf = (index: number) =>
    splits.length === 1 ? "/categoryId" : `/splits/${index}/categoryId`;
  return splits.flatMap(({ categoryId: id }, index) =>
    id === null ? [] : [{ id, path: pathOf(index) }],
  );
}

/** With the book's own category for what has none. */
export async function categorised(
  deps: Pick<LedgerDeps, "categories">,
  reader: Reader,
  bookId: Id,
  draft: TransactionDraft<Id | null>,
): Promise<TransactionDraft> {
  const { kind, splits } = draft;
  const isComplete = splits.every((split): split is DraftSplit => split.categoryId !== null);
  if (isComplete || (kind !== "income" && kind !== "expense")) return draft as TransactionDraft;
  const uncategorised = await deps.categories.uncategorised(reader, bookId, kind);
  return {
    ...draft,
    splits: splits.map((split) => ({ ...split, categoryId: split.categoryId ?? uncategorised })),
  };
}

/** Throws `external_id_taken` (409). The book is locked by the caller, so that it stays so. */
export async function requireFreeExternalId(
  deps: Pick<LedgerDeps, "transactions">,
  reader: Reader,
  { accountId, externalId }: Pick<TransactionDraft, "accountId" | "externalId">,
  exceptId?: Id,
): Promise<void> {
  if (externalId === null) return;
  const except = exceptId === undefined ? {} : { exceptId };
  if (await deps.transactions.isExternalIdTaken(reader, { accountId, externalId, ...except }))
    throw ledgerErrors.fail(
      "external_id_taken",
      "The account has another transaction with this external id.",
      { fields: [{ path: "/externalId", detail: "Was recorded before." }] },
    );
}

/** The balance of an archived account does not move any more. Throws `account_archived` (409). */
export async function requireAccountsInUse(
  deps: Pick<LedgerDeps, "accounts">,
  reader: Reader,
  transactions: readonly Pick<Transaction, "accountId" | "transfer">[],
): Promise<void> {
  const ids = transactions.flatMap(({ accountId, transfer }) =>
    transfer ? [accountId, transfer.accountId] : [accountId],
  );
  const found = await deps.accounts.byIds(reader, ids);
  if (found.some(({ archivedAt }) => archivedAt !== null)) throw accountArchived();
}

/** The hidden accounts that these are posted against, made on demand. The book is locked by the caller. */
export async function counterAccountsFor(
  deps: Pick<LedgerDeps, "accounts" | "ids">,
  tx: Tx,
  book: { readonly bookId: Id; readonly by: Id; readonly at: Instant },
  transactions: readonly Pick<Transaction, "kind" | "amount" | "transfer">[],
): Promise<CounterAccounts> {
  const wanted = transactions.flatMap(counterAccountsOf);
  const found = await deps.accounts.systemAccounts(tx, { ...book, wanted, ids: deps.ids });
  const ofKind = (system: keyof CounterAccounts) =>
    new Map(
      wanted.flatMap((one, index) => {
        const id = found[index];
        return one.system === system && id ? [[one.currency, id] as const] : [];
      }),
    );
  return { opening: ofKind("opening"), exchange: ofKind("exchange") };
}

export const accountNotFound = (path: string): AppError =>
  ledgerErrors.fail("account_not_found", "You have no such account.", {
    fields: [{ path, detail: "Is no account of this book." }],
  });

export const accountArchived = (path?: string): AppError =>
  ledgerErrors.fail("account_archived", "Reopen the account first.", {
    ...(path === undefined ? {} : { fields: [{ path, detail: "Is an archived account." }] }),
  });
