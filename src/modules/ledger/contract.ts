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

/** Whose rates convert; see the currency module. */
export type RateSource = "market" | "ecb" | "tcmb";

/** One rate that an amount was multiplied with. */
export type UsedRate = {
  readonly currency: CurrencyCode;
  /** Units of the asked currency for one of this. */
  readonly rate: DecimalString;
  /** When it was last seen; null = there was nothing to observe. */
  readonly observedAt: Instant | null;
  /** Older than its provider's rates usually get. */
  readonly stale: boolean;
};

/** The rates of many days of one currency. */
export type UsedRates = {
  readonly currency: CurrencyCode;
  readonly days: number;
  readonly staleDays: number;
  readonly lowest: DecimalString;
  readonly highest: DecimalString;
  readonly oldestObservedAt: Instant | null;
};

/** The rate that all amounts of a day and a currency are multiplied with. */
export type DayRate = UsedRate & {
  readonly day: LocalDate;
  /** The time that its provider states for it, and when it was seen where none is stated; of two rates the older one's. */
  readonly quotedAt: Instant | null;
  /** One or two, in the order of their names; none where there was nothing to observe. */
  readonly providers: readonly string[];
};

/** What every insight answers: of which book and days, in what it is, and whose rates converted it. */
export type InsightFrame = {
  readonly bookId: Id;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly currency: CurrencyCode;
  readonly source: RateSource;
};

/** What came in and went out; `unconverted` = on days without a rate, not in the other figures. */
export type Flow = {
  readonly income: Money;
  readonly expense: Money;
  readonly net: Money;
  readonly unconverted: { readonly income: Totals; readonly expense: Totals };
};

export type CashFlow = InsightFrame & {
  /** Every month of the time, by its first day; the first and the last one perhaps in part. */
  readonly items: readonly (Flow & { readonly month: LocalDate })[];
  readonly total: Flow;
  readonly rates: readonly UsedRates[];
};

export type SpendingGroup = "category" | "payee" | "tag";

/** One category, payee or tag. All null: what has no payee or no tag. */
export type SpentOn = {
  readonly categoryId: Id | null;
  readonly parentId: Id | null;
  readonly name: string | null;
  readonly amount: Money;
  readonly transactions: number;
};

export type Spending = InsightFrame & {
  readonly by: SpendingGroup;
  /** Most first. */
  readonly items: readonly SpentOn[];
  /** All that are not among the items; null when there are none. */
  readonly others: {
    readonly groups: number;
    readonly amount: Money;
    readonly transactions: number;
  } | null;
  /** Each amount once, also where it counts with several tags. */
  readonly total: Money;
  /** On days without a rate; in none of the figures. */
  readonly unconverted: Totals;
  readonly rates: readonly UsedRates[];
};

/** At the end of a day. What is owed is positive among the liabilities; `net` is what is owned less what is owed. */
export type NetWorthPoint = {
  readonly on: LocalDate;
  readonly assets: Money;
  readonly liabilities: Money;
  readonly net: Money;
  /** Not in the figures: what was owned less what was owed in currencies that had no rate that day. */
  readonly unconverted: Totals;
  readonly rates: readonly DayRate[];
};

export type NetWorth = InsightFrame & { readonly items: readonly NetWorthPoint[] };

/** Whether the budget has begun, and not ended, by a day. */
export type BudgetStatus = "upcoming" | "running" | "ended";

/** One period of a budget, seen from a day. Amounts are of the budget's currency. */
export type BudgetProgress = {
  readonly budgetId: Id;
  readonly name: string;
  readonly on: LocalDate;
  readonly status: BudgetStatus;
  readonly period: { readonly start: LocalDate; readonly end: LocalDate };
  /** Of the period alone. */
  readonly amount: Money;
  /** First day of the first period that counts for `carried`; null = nothing is carried. */
  readonly carriedFrom: LocalDate | null;
  readonly carried: Money;
  readonly available: Money;
  readonly spent: Money;
  readonly remaining: Money;
  /** Spent of available; null when nothing is available. */
  readonly percentSpent: DecimalString | null;
  /** Days of the period that have begun by the asked day, that one included. */
  readonly percentElapsed: DecimalString;
  /** Spent share by elapsed share: 1 = as fast as the days pass; null where one of them has no value. */
  readonly pace: DecimalString | null;
  /** What was spent in the period in currencies without a rate on its day: in no amount above. */
  readonly unconverted: Totals;
  /** The same of the periods that were carried. */
  readonly carriedUnconverted: Totals;
  readonly rateSource: RateSource;
};

/** What one category got or gave in a month and a currency. Refunds are taken off. */
export type CategoryMonth = {
  /** Its first day. */
  readonly month: LocalDate;
  readonly categoryId: Id;
  /** Of an income category what came in, of an expense category what went out. */
  readonly amount: Money;
  /** In the asked currency, each day at its own rate and not rounded: sums are rounded once, when they are complete. */
  readonly converted: DecimalString;
  /** What of `amount` has no rate on its day and is not converted. */
  readonly unconverted: Money;
};

/** What income or expense categories got or gave of transactions with one tax rate and currency; as {@link CategoryMonth}. */
export type TaxTotal = Omit<CategoryMonth, "month" | "categoryId"> & {
  readonly kind: CategoryKind;
  /** Percent; null = none was stated. */
  readonly taxRate: DecimalString | null;
};

/** What there is in a part of a book. */
export type TransactionCounts = {
  /** That are not void. */
  readonly transactions: number;
  /** Parts of incomes and expenses, and one for each transfer and opening balance. */
  readonly lines: number;
  readonly transfers: number;
  readonly openings: number;
  readonly voided: number;
  readonly withTaxRate: number;
  /** Of the accounts where money came from or went to, ascending; at most 10,000. */
  readonly currencies: readonly CurrencyCode[];
};

type BookOfUser = { readonly userId: Id; readonly bookId: Id };

/** Some of a book's transactions: those of some days that touch one of some accounts. */
export type BookPart = BookOfUser & {
  readonly from: LocalDate;
  /** Both days count. */
  readonly to: LocalDate;
  /** At most 200; null = all accounts. Throws `ledger.account_not_found` (404) for one that the book has not. */
  readonly accountIds: readonly Id[] | null;
};

/** How unlike currencies are added up. */
export type Conversion = {
  readonly currency: CurrencyCode;
  readonly source: RateSource;
  /** The "now" of the answer, never in the future: days before its own (UTC) take the rates of their ends, others its own. */
  readonly asOf: Instant;
};

/** Stated by what is read in several statements, and is of one state all the same. */
export type OfRevision<T> = T & { readonly bookRevision: number };

/** What somebody relies on: a part of a book, from its beginning when `from` is null. An account that is no more covers nothing. */
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
  bookOf(ctx: RequestContext, input: BookOfUser): Promise<Book>;
  /** All accounts of a book, archived ones too; at most 10,000. */
  accountsOf(ctx: RequestContext, input: BookOfUser): Promise<readonly Account[]>;
  /** All categories of a book, archived ones too; at most 1,000. */
  categoriesOf(ctx: RequestContext, input: BookOfUser): Promise<readonly Category[]>;
  /** At the end of each of at most 400 days, for all accounts of the book. */
  balancesAt(
    ctx: RequestContext,
    input: BookOfUser & { readonly days: readonly LocalDate[] },
  ): Promise<readonly AccountBalance[]>;
  /** By day and id, the oldest first. `bookRevision` tells whether the book changed between two pages. */
  transactionsPage(
    ctx: RequestContext,
    input: Omit<BookPart, "accountIds"> & {
      readonly accountIds?: BookPart["accountIds"] | undefined;
      readonly limit: number;
      readonly cursor?: string | undefined;
    },
  ): Promise<
    OfRevision<{ readonly items: readonly Transaction[]; readonly nextCursor: string | null }>
  >;
  /** Of at most 200 transactions those in books that the user may read, void ones too, in the order of the ids. */
  transactionsById(
    ctx: RequestContext,
    input: { readonly userId: Id; readonly transactionIds: readonly Id[] },
  ): Promise<{ readonly items: readonly Transaction[] }>;
  transactionCountsOf(ctx: RequestContext, input: BookPart): Promise<OfRevision<TransactionCounts>>;
  /**
   * The rates of all days on which something moved in another currency, by day and currency; `missing` = where there is
   * none. 422 when they are more than 10,000, or the days more than 3,660.
   */
  dayRatesOf(
    ctx: RequestContext,
    input: BookPart & Conversion,
  ): Promise<
    OfRevision<{
      readonly items: readonly DayRate[];
      readonly missing: readonly { readonly day: LocalDate; readonly currency: CurrencyCode }[];
    }>
  >;
  /** By month, category and currency. 422 as {@link LedgerApi.dayRatesOf} and when they are more than 100,000. */
  categoryMonthsOf(
    ctx: RequestContext,
    input: BookPart & Conversion,
  ): Promise<OfRevision<{ readonly items: readonly CategoryMonth[] }>>;
  /** By kind, tax rate and currency, no rate first. 422 as {@link LedgerApi.categoryMonthsOf}. */
  taxTotalsOf(
    ctx: RequestContext,
    input: BookPart & Conversion,
  ): Promise<OfRevision<{ readonly items: readonly TaxTotal[] }>>;
  /** 422 as {@link LedgerApi.dayRatesOf}. */
  cashFlowOf(ctx: RequestContext, input: BookPart & Conversion): Promise<OfRevision<CashFlow>>;
  /** `limit` is 1 to 100. 422 as {@link LedgerApi.dayRatesOf}. */
  spendingOf(
    ctx: RequestContext,
    input: BookPart & Conversion & { readonly by: SpendingGroup; readonly limit: number },
  ): Promise<OfRevision<Spending>>;
  /** At the end of each month and on the last day; 422 for more than 400 of them or 10,000 rates. */
  netWorthOf(ctx: RequestContext, input: BookPart & Conversion): Promise<OfRevision<NetWorth>>;
  /**
   * The periods that have a day in common with these days, of all budgets that are not archived: by budget, the oldest
   * first, and by period. Each is seen from the last of these days that it has, but from no later day than that of
   * `asOf`. Amounts are of each budget's own currency; all accounts count. 422 for more than 10,000 periods.
   */
  budgetProgressOf(
    ctx: RequestContext,
    input: Omit<BookPart, "accountIds"> & Omit<Conversion, "currency">,
  ): Promise<OfRevision<{ readonly items: readonly BudgetProgress[] }>>;
  /**
   * How often each of at most 1,000 books was changed, for whoever keeps something of books and asks which have moved. Of
   * nobody in particular: it tells nothing else. Books that are not there are left out; in no order.
   */
  revisionsOf(
    ctx: RequestContext,
    input: { readonly bookIds: readonly Id[] },
  ): Promise<{ readonly items: readonly { readonly bookId: Id; readonly revision: number }[] }>;
  /**
   * Tells whether covered transactions are still what they were: the digest (SHA-256, hex) of the ids and versions of
   * all that are not void. It changes exactly when one is added, changed, voided or undone, or moved in or out.
   */
  coverageOf(
    ctx: RequestContext,
    input: Coverage,
  ): Promise<OfRevision<{ readonly digest: string }>>;
  /**
   * The covered transactions that are not void, by day and id, the oldest first. `limit` is 1 to 1,000. Two lists merge in
   * this order; a transaction whose day was changed stands in different places of them and is matched by its id.
   */
  coveragePage(
    ctx: RequestContext,
    input: Coverage & { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<
    OfRevision<{
      readonly items: readonly CoveredTransaction[];
      readonly nextCursor: string | null;
    }>
  >;
};
