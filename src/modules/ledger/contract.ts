import type { RequestContext } from "#platform/kernel/context";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";

/** What a member may do with a book: everything, write in it, or only read it. */
export type BookRole = "owner" | "editor" | "viewer";

export type AccountKind =
  | "checking"
  | "savings"
  | "credit_card"
  | "cash"
  | "investment"
  | "loan"
  | "other";

export type CategoryKind = "income" | "expense";

/** As users see one; `opening` is the opening balance of an account. Underneath, all are postings that sum to zero. */
export type TransactionKind = "income" | "expense" | "transfer" | "opening";

export type Book = {
  readonly id: Id;
  readonly name: string;
  readonly baseCurrency: CurrencyCode;
  /** BCP 47. */
  readonly locale: string;
  /** Nothing on or before this day can be created, changed or voided; null = all open. */
  readonly closedThrough: LocalDate | null;
  readonly role: BookRole;
  readonly isDefault: boolean;
  /** Rises with every change of the book's accounts, categories, transactions and budgets. */
  readonly revision: number;
  readonly version: number;
};

export type Account = {
  readonly id: Id;
  readonly bookId: Id;
  readonly kind: AccountKind;
  readonly name: string;
  readonly currency: CurrencyCode;
  readonly openingBalance: Money;
  readonly openingDate: LocalDate;
  readonly externalCode: string | null;
  /** Of all its transactions, future ones too. Of a credit card or loan: negative = owed. */
  readonly balance: Money;
  readonly archivedAt: Instant | null;
  readonly version: number;
};

export type Category = {
  readonly id: Id;
  readonly bookId: Id;
  readonly parentId: Id | null;
  readonly kind: CategoryKind;
  readonly name: string;
  readonly externalCode: string | null;
  /** The one for what has no other; it can neither be archived nor moved. */
  readonly isUncategorised: boolean;
  readonly archivedAt: Instant | null;
  readonly version: number;
};

/** One part of an income or expense. */
export type Split = {
  readonly categoryId: Id;
  /** Positive, in the currency of the account; the parts add up to the whole. */
  readonly amount: Money;
  readonly note: string | null;
};

export type Transaction = {
  readonly id: Id;
  readonly bookId: Id;
  readonly kind: TransactionKind;
  readonly date: LocalDate;
  /** Where the money came from (expense, transfer) or went to (income, opening). */
  readonly accountId: Id;
  /** Positive; of an opening balance with its sign. */
  readonly amount: Money;
  /** At least one for income and expense, none otherwise. */
  readonly splits: readonly Split[];
  /** Of a transfer: where it went, how much arrived, and `to.amount / amount` to 20 significant digits. */
  readonly transfer: {
    readonly accountId: Id;
    readonly amount: Money;
    readonly rate: DecimalString;
  } | null;
  readonly payee: string | null;
  readonly note: string | null;
  readonly tags: readonly string[];
  readonly documentNumber: string | null;
  /** Percent, "19" or "7.5". */
  readonly taxRate: DecimalString | null;
  readonly cleared: boolean;
  /** The bank's own id; unique per account. */
  readonly externalId: string | null;
  readonly importId: Id | null;
  readonly createdBy: Id;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly voidedAt: Instant | null;
  readonly version: number;
};

/** An amount per currency; unlike currencies are never added. */
export type Totals = readonly Money[];

/** An account's balance at the end of a day. */
export type AccountBalance = {
  readonly accountId: Id;
  readonly on: LocalDate;
  readonly balance: Money;
};

/** Some of a book's transactions: those of a time that touch one of some accounts. */
export type BookPart = {
  readonly userId: Id;
  readonly bookId: Id;
  readonly from: LocalDate;
  /** Both days count. */
  readonly to: LocalDate;
  /** At most 200; null = all accounts. Throws `ledger.account_not_found` (404) for one that the book has not. */
  readonly accountIds: readonly Id[] | null;
};

/** What somebody relies on: as a part of a book, and from its beginning when `from` is null. */
export type Coverage = Omit<BookPart, "from"> & { readonly from: LocalDate | null };

/** A transaction with what it does to the covered accounts: of a transfer that leaves them, one of the two effects. */
export type CoveredTransaction = {
  readonly id: Id;
  readonly date: LocalDate;
  /** Rises with every change of the transaction. */
  readonly version: number;
  /** By account; signed, as the account gets it. */
  readonly effects: readonly { readonly accountId: Id; readonly amount: Money }[];
};

/**
 * What reports, GBS and FinBot read: batched, paged, always for one user who may read the book. Errors:
 * `ledger.book_not_found` (404) for a book that is not there or not the user's, `input.invalid` (422) beyond a bound.
 */
export type LedgerApi = {
  /** The user's books, the default one first; made when the user has none. At most 100. */
  booksOf(ctx: RequestContext, input: { readonly userId: Id }): Promise<readonly Book[]>;
  /** All accounts of a book, archived ones too; at most 10,000. */
  accountsOf(
    ctx: RequestContext,
    input: { readonly userId: Id; readonly bookId: Id },
  ): Promise<readonly Account[]>;
  /** At the end of each of at most 400 days, for all accounts of the book. */
  balancesAt(
    ctx: RequestContext,
    input: { readonly userId: Id; readonly bookId: Id; readonly days: readonly LocalDate[] },
  ): Promise<readonly AccountBalance[]>;
  /** By day and id, the oldest first. `bookRevision` tells whether the book changed between two pages. */
  transactionsPage(
    ctx: RequestContext,
    input: Omit<BookPart, "accountIds"> & {
      readonly accountIds?: BookPart["accountIds"] | undefined;
      readonly limit: number;
      readonly cursor?: string | undefined;
    },
  ): Promise<{
    readonly bookRevision: number;
    readonly items: readonly Transaction[];
    readonly nextCursor: string | null;
  }>;
  /**
   * Tells whether covered transactions are still what they were: the digest (SHA-256, hex) of the ids and versions of
   * all that are not void. It changes exactly when one is added, changed, voided or undone, or moved in or out.
   */
  coverageOf(
    ctx: RequestContext,
    input: Coverage,
  ): Promise<{ readonly bookRevision: number; readonly digest: string }>;
  /**
   * The covered transactions that are not void, by day and id, the oldest first. `limit` is 1 to 1,000. Two lists merge in
   * this order; a transaction whose day was changed stands in different places of them and is matched by its id.
   */
  coveragePage(
    ctx: RequestContext,
    input: Coverage & { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<{
    readonly bookRevision: number;
    readonly items: readonly CoveredTransaction[];
    readonly nextCursor: string | null;
  }>;
};
