import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";

/** What reports need of a book, in the shapes in which the ledger's contract tells it. */

export type CategoryKind = "income" | "expense";
export type AccountKind =
  | "checking"
  | "savings"
  | "credit_card"
  | "cash"
  | "investment"
  | "loan"
  | "other";

export type Account = {
  readonly id: Id;
  readonly kind: AccountKind;
  readonly name: string;
  readonly externalCode: string | null;
};

export type Category = {
  readonly id: Id;
  readonly parentId: Id | null;
  readonly kind: CategoryKind;
  readonly name: string;
  readonly externalCode: string | null;
};

export type Transaction = {
  readonly id: Id;
  readonly kind: CategoryKind | "transfer" | "opening";
  readonly date: LocalDate;
  readonly accountId: Id;
  /** Positive; of an opening balance with its sign. */
  readonly amount: Money;
  readonly splits: readonly {
    readonly categoryId: Id;
    readonly amount: Money;
    readonly note: string | null;
  }[];
  readonly transfer: { readonly accountId: Id; readonly amount: Money } | null;
  readonly payee: string | null;
  readonly note: string | null;
  readonly tags: readonly string[];
  readonly documentNumber: string | null;
  readonly taxRate: DecimalString | null;
  readonly cleared: boolean;
};

export type TransactionCounts = {
  readonly transfers: number;
  readonly openings: number;
  readonly voided: number;
  readonly withTaxRate: number;
  readonly currencies: readonly CurrencyCode[];
};

export type DayRate = {
  readonly day: LocalDate;
  readonly currency: CurrencyCode;
  readonly rate: DecimalString;
  readonly quotedAt: Instant | null;
  readonly observedAt: Instant | null;
  readonly providers: readonly string[];
  readonly stale: boolean;
};

/** Income and what was spent are positive; `converted` is not rounded, and has nothing of `unconverted`. */
type Figure = {
  readonly amount: Money;
  readonly converted: DecimalString;
  readonly unconverted: Money;
};
export type CategoryMonth = Figure & { readonly month: LocalDate; readonly categoryId: Id };
export type TaxTotal = Figure & {
  readonly kind: CategoryKind;
  readonly taxRate: DecimalString | null;
};

type Flow = { readonly income: Money; readonly expense: Money; readonly net: Money };
export type CashFlow = {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly items: readonly (Flow & { readonly month: LocalDate })[];
  readonly total: Flow & {
    readonly unconverted: { readonly income: readonly Money[]; readonly expense: readonly Money[] };
  };
};

export type Spending = {
  readonly items: readonly {
    readonly name: string | null;
    readonly amount: Money;
    readonly transactions: number;
  }[];
  readonly others: { readonly amount: Money; readonly transactions: number } | null;
  readonly total: Money;
};

export type NetWorthPoint = {
  readonly on: LocalDate;
  readonly assets: Money;
  /** Positive = owed. */
  readonly liabilities: Money;
  readonly net: Money;
  readonly unconverted: readonly Money[];
  readonly rates: readonly DayRate[];
};
export type NetWorth = {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly items: readonly NetWorthPoint[];
};

export type AccountBalance = { readonly accountId: Id; readonly balance: Money };

export type BudgetProgress = {
  readonly name: string;
  readonly on: LocalDate;
  readonly status: "upcoming" | "running" | "ended";
  readonly period: { readonly start: LocalDate; readonly end: LocalDate };
  readonly amount: Money;
  readonly carried: Money;
  readonly available: Money;
  readonly spent: Money;
  readonly remaining: Money;
  readonly percentSpent: DecimalString | null;
  readonly percentElapsed: DecimalString;
  readonly pace: DecimalString | null;
  readonly unconverted: readonly Money[];
};
