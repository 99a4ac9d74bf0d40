import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { TransactionDraft } from "./transaction-draft.ts";

/** One line of a transaction, signed: what the account or the category gets. Exactly one of the two is not null. */
export type Posting<Category = Id> = {
  readonly transactionId: Id;
  /** From 0; the order in which splits were given. */
  readonly line: number;
  readonly accountId: Id | null;
  readonly categoryId: Category | null;
  readonly amount: DecimalString;
  readonly currency: CurrencyCode;
  readonly date: LocalDate;
  readonly note: string | null;
};

/** The hidden accounts of a book, by currency: what opening balances and exchanges are posted against. */
export type CounterAccounts = {
  readonly opening: ReadonlyMap<CurrencyCode, Id>;
  readonly exchange: ReadonlyMap<CurrencyCode, Id>;
};

/** For transactions that need none: income, expense, transfers within a currency. */
export const noCounterAccounts: CounterAccounts = { opening: new Map(), exchange: new Map() };

/** Which hidden accounts a transaction is posted against. */
export function counterAccountsOf(draft: Pick<TransactionDraft, "kind" | "amount" | "transfer">): {
  readonly system: keyof CounterAccounts;
  readonly currency: CurrencyCode;
}[] {
  const { kind, amount, transfer } = draft;
  if (kind === "opening") return [{ system: "opening", currency: amount.currency }];
  if (!transfer || transfer.amount.currency === amount.currency) return [];
  return [amount, transfer.amount].map(({ currency }) => ({ system: "exchange", currency }));
}

/**
 * The double entry of a transaction; sums to zero in each currency. Throws when a hidden account that
 * {@link counterAccountsOf} names is missing.
 */
export function postingsOf<Category = Id>(
  transaction: TransactionDraft<Category> & { readonly id: Id },
  counters: CounterAccounts = noCounterAccounts,
): Posting<Category>[] {
  const { id: transactionId, date } = transaction;
  return linesOf(transaction, counters).map(({ money: { amount, currency }, ...side }, line) => ({
    ...{ transactionId, line, date, amount, currency },
    ...side,
  }));
}

type Line<Category> = {
  readonly accountId: Id | null;
  readonly categoryId: Category | null;
  readonly money: Money;
  readonly note: string | null;
};

function linesOf<Category>(
  draft: TransactionDraft<Category>,
  counters: CounterAccounts,
): Line<Category>[] {
  const { kind, accountId, amount, splits, transfer } = draft;
  const gets = (account: Id, money: Money): Line<Category> => ({
    ...{ accountId: account, categoryId: null, money, note: null },
  });
  const gives = (account: Id, money: Money) => gets(account, negated(money));
  const counter = (system: keyof CounterAccounts, { currency }: Money): Id => {
    const id = counters[system].get(currency);
    if (!id) throw new Error(`there is no ${system} account`);
    return id;
  };

  if (kind === "opening")
    return [gets(accountId, amount), gives(counter("opening", amount), amount)];
  if (transfer !== null) {
    const { accountId: to, amount: arrived } = transfer;
    if (arrived.currency === amount.currency) return [gives(accountId, amount), gets(to, arrived)];
    return [
      gives(accountId, amount),
      gets(counter("exchange", amount), amount),
      gets(to, arrived),
      gives(counter("exchange", arrived), arrived),
    ];
  }
  const parts = splits.map(
    ({ categoryId, note, amount: part }): Line<Category> => ({
      ...{ accountId: null, categoryId, note },
      money: kind === "income" ? negated(part) : part,
    }),
  );
  return [kind === "income" ? gets(accountId, amount) : gives(accountId, amount), ...parts];
}

const negated = (money: Money): Money => ({ ...money, amount: negatedText(money.amount) });

/** With all its decimals: the kernel's `negate` drops trailing zeros. */
export function negatedText(amount: DecimalString): DecimalString {
  if (/^-?0(\.0+)?$/.test(amount)) return amount;
  return (amount.startsWith("-") ? amount.slice(1) : `-${amount}`) as DecimalString;
}
