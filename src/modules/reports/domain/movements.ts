import {
  absolute,
  type DecimalString,
  divideDecimals,
  negate,
  signOf,
} from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import { type CurrencyCode, convertMoney, type Money, splitMoney } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { CodeSubject } from "./account-codes.ts";

/** A transaction as the ledger has it, or as much of one as bookings need. */
export type BookableTransaction = {
  readonly id: Id;
  readonly kind: "income" | "expense" | "transfer" | "opening";
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
  readonly documentNumber: string | null;
  readonly taxRate: DecimalString | null;
  readonly voidedAt: string | null;
};

export type StatedRate = {
  /** Units of the books' currency for one of the other. */
  readonly rate: DecimalString;
  /** Whose it is, and of when: "ecb, 2026-09-01". */
  readonly origin: string;
};

export type Valuation = {
  readonly currency: CurrencyCode;
  /** Decimals of that currency. */
  readonly digits: number;
  /** Null = there was none on that day. */
  rateOf(currency: CurrencyCode, day: LocalDate): StatedRate | null;
};

export type Party = { readonly subject: CodeSubject; readonly id: Id | null };

/** What an amount comes to in the books' currency; the rate is made of both where `origin` is null. */
export type Value = {
  readonly base: Money;
  readonly rate: DecimalString;
  readonly origin: string | null;
};

/** An amount from one party to another. */
export type Movement = {
  readonly debit: Party;
  readonly credit: Party;
  /** Positive. */
  readonly amount: Money;
  /** Null = it is of the books' currency. */
  readonly value: Value | null;
  readonly categoryId: Id | null;
  readonly note: string | null;
};

/**
 * What a transaction moves, in its own order; null when that cannot be valued for want of a rate. Nothing is valued at
 * a rate of the market that has a rate of its own: a transfer between the books' currency and another is worth what was
 * paid for it. Between two others each side has its day's rate, and the difference stays in transit, for a person to book.
 */
export function movementsOf(
  transaction: BookableTransaction,
  valuation: Valuation,
): readonly Movement[] | null {
  const { kind, accountId, amount, transfer, note } = transaction;
  const account: Party = { subject: "account", id: accountId };
  const plain = { amount, categoryId: null, note };
  if (signOf(amount.amount) === 0) return [];
  if (kind === "opening") {
    const opening: Party = { subject: "opening", id: null };
    const owed = signOf(amount.amount) < 0;
    const positive = { ...amount, amount: absolute(amount.amount) };
    const [debit, credit] = owed ? [opening, account] : [account, opening];
    return valued([{ ...plain, amount: positive, debit, credit }], transaction.date, valuation);
  }
  if (transfer) return transferred(transaction, transfer, valuation);
  return parts(transaction, account, valuation);
}

type Unvalued = Omit<Movement, "value">;

function worthOf(amount: Money, day: LocalDate, valuation: Valuation): Value | null {
  const stated = valuation.rateOf(amount.currency, day);
  if (!stated) return null;
  const base = convertMoney(amount, stated.rate, valuation.currency, valuation.digits);
  return { base, rate: stated.rate, origin: stated.origin };
}

function valued(
  movements: readonly Unvalued[],
  day: LocalDate,
  valuation: Valuation,
): readonly Movement[] | null {
  const all = movements.map((movement): Movement | null => {
    if (movement.amount.currency === valuation.currency) return { ...movement, value: null };
    const value = worthOf(movement.amount, day, valuation);
    return value && { ...movement, value };
  });
  return all.every((movement) => movement !== null) ? all : null;
}

/** The value of the whole is divided among the parts, so that they come to it. */
function parts(
  { kind, amount, splits, note, date }: BookableTransaction,
  account: Party,
  valuation: Valuation,
): readonly Movement[] | null {
  const isBase = amount.currency === valuation.currency;
  const whole = isBase ? null : worthOf(amount, date, valuation);
  if (!isBase && !whole) return null;
  const weights = splits.map((split) => split.amount.amount);
  const bases = whole ? splitMoney(whole.base, weights, valuation.digits) : [];
  return splits.map((split, index): Movement => {
    const category: Party = { subject: "category", id: split.categoryId };
    const [debit, credit] = kind === "income" ? [account, category] : [category, account];
    const base = bases[index];
    return {
      ...{ debit, credit, amount: split.amount, categoryId: split.categoryId },
      ...{ note: split.note ?? note, value: whole && base ? { ...whole, base } : null },
    };
  });
}

function transferred(
  { accountId, amount, note, date }: BookableTransaction,
  to: { readonly accountId: Id; readonly amount: Money },
  valuation: Valuation,
): readonly Movement[] | null {
  const credit: Party = { subject: "account", id: accountId };
  const debit: Party = { subject: "account", id: to.accountId };
  const plain = { categoryId: null, note };
  const direct = { ...plain, debit, credit };
  if (amount.currency === to.amount.currency)
    return valued([{ ...direct, amount }], date, valuation);
  const paid = { [amount.currency]: amount, [to.amount.currency]: to.amount };
  const base = paid[valuation.currency];
  if (base) {
    const foreign = base === amount ? to.amount : amount;
    const rate = divideDecimals(base.amount, foreign.amount);
    return [{ ...direct, amount: foreign, value: { base, rate, origin: null } }];
  }
  const transit: Party = { subject: "transit", id: null };
  return valued(
    [
      { ...plain, debit: transit, credit, amount },
      { ...plain, debit, credit: transit, amount: to.amount },
    ],
    date,
    valuation,
  );
}

/** What the movement adds to what is in transit, in the books' currency. */
export function inTransit({ debit, credit, amount, value }: Movement): DecimalString | null {
  const { amount: base } = value?.base ?? amount;
  if (debit.subject === "transit") return base;
  return credit.subject === "transit" ? negate(base) : null;
}
