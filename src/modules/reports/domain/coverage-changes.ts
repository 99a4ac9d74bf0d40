import {
  addDecimals,
  type DecimalString,
  signOf,
  subtractDecimals,
  zero,
} from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";

/** A transaction with what it does to the accounts that somebody looks at. */
export type Covered = {
  readonly id: Id;
  readonly date: LocalDate;
  readonly version: number;
  readonly effects: readonly { readonly amount: Money }[];
};

export type CoverageChanges = {
  /** That were added, changed or are gone. */
  readonly transactions: number;
  /** What there is more now, per currency; none for currencies in which nothing is. */
  readonly differences: readonly Money[];
};

/**
 * What differs between two lists by day and id. Each is read once; what is held of them is only what differs, until its
 * counterpart with another day comes by.
 */
export async function changesBetween(
  before: AsyncIterable<Covered>,
  now: AsyncIterable<Covered>,
): Promise<CoverageChanges> {
  const [left, right] = [readAhead(before), readAhead(now)];
  const gone = new Map<Id, Covered>();
  const come = new Map<Id, Covered>();
  const sums = new Map<CurrencyCode, DecimalString>();
  let transactions = 0;

  function differ(was: Covered | undefined, is: Covered | undefined): void {
    transactions += 1;
    for (const { amount } of was?.effects ?? []) add(amount, subtractDecimals);
    for (const { amount } of is?.effects ?? []) add(amount, addDecimals);
  }
  const add = ({ amount, currency }: Money, by: typeof addDecimals) =>
    sums.set(currency, by(sums.get(currency) ?? zero, amount));

  for (;;) {
    const [was, is] = await Promise.all([left.peek(), right.peek()]);
    if (was === undefined && is === undefined) break;
    const order = orderOf(was, is);
    if (order <= 0) left.take();
    if (order >= 0) right.take();
    if (was && is && order === 0) {
      if (was.version !== is.version) differ(was, is);
    } else if (was && order < 0) {
      const elsewhere = come.get(was.id);
      if (elsewhere) differ(was, elsewhere);
      else gone.set(was.id, was);
      come.delete(was.id);
    } else if (is) {
      const elsewhere = gone.get(is.id);
      if (elsewhere) differ(elsewhere, is);
      else come.set(is.id, is);
      gone.delete(is.id);
    }
  }
  for (const was of gone.values()) differ(was, undefined);
  for (const is of come.values()) differ(undefined, is);
  return { transactions, differences: differencesOf(sums) };
}

const differencesOf = (sums: ReadonlyMap<CurrencyCode, DecimalString>): readonly Money[] =>
  [...sums]
    .filter(([, amount]) => signOf(amount) !== 0)
    .map(([currency, amount]) => ({ amount, currency }))
    .toSorted((a, b) => (a.currency < b.currency ? -1 : 1));

/** Negative: `was` comes first, or there is nothing but it. */
function orderOf(was: Covered | undefined, is: Covered | undefined): number {
  if (!was) return 1;
  if (!is) return -1;
  const [a, b] = [`${was.date} ${was.id}`, `${is.date} ${is.id}`];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function readAhead<T>(values: AsyncIterable<T>) {
  const iterator = values[Symbol.asyncIterator]();
  let next: Promise<T | undefined> | undefined;
  return {
    /** Undefined behind the last one. */
    peek(): Promise<T | undefined> {
      next ??= iterator.next().then((result) => (result.done ? undefined : result.value));
      return next;
    },
    take(): void {
      next = undefined;
    },
  };
}
