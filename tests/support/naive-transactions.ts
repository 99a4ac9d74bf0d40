import type { Transaction } from "#modules/ledger/contract";
import { fold } from "#modules/ledger/domain/search-text";
import type { TransactionFilterInput } from "#modules/ledger/domain/transaction-filter";
import type { StoredBook } from "./stored-ledger.ts";

/** What a filter means, said once more without an index: all that match, the newest first. */
export function naiveMatches(
  book: StoredBook,
  all: readonly Transaction[],
  filter: TransactionFilterInput,
): Transaction[] {
  const categories = categoriesMeant(book, filter);
  const { from, to, minAmount, maxAmount, currency, accountId, tag, payee, kind } = filter;
  const { cleared, importId, search, state = "active" } = filter;
  const holds = (one: Transaction): boolean =>
    (state === "all" || (one.voidedAt === null) === (state === "active")) &&
    (from === undefined || one.date >= from) &&
    (to === undefined || one.date <= to) &&
    (minAmount === undefined || Number(one.amount.amount) >= Number(minAmount)) &&
    (maxAmount === undefined || Number(one.amount.amount) <= Number(maxAmount)) &&
    (currency === undefined || one.amount.currency === currency) &&
    (accountId === undefined ||
      one.accountId === accountId ||
      one.transfer?.accountId === accountId) &&
    (categories === null || one.splits.some((split) => categories.includes(split.categoryId))) &&
    (tag === undefined || one.tags.includes(tag)) &&
    (payee === undefined || one.payee === payee) &&
    (kind === undefined || one.kind === kind) &&
    (cleared === undefined || one.cleared === cleared) &&
    (importId === undefined || one.importId === importId) &&
    (search === undefined || isFound(one, search));
  return all.filter(holds).toSorted((a, b) => compare(b.date, a.date) || compare(b.id, a.id));
}

/** Income and expense per currency, in hundredths; of a split transaction the parts in the categories that are meant. */
export function naiveTotals(
  book: StoredBook,
  matches: readonly Transaction[],
  filter: TransactionFilterInput,
): Record<string, { income: bigint; expense: bigint }> {
  const categories = categoriesMeant(book, filter);
  const totals: Record<string, { income: bigint; expense: bigint }> = {};
  for (const { kind, amount, splits } of matches) {
    if (kind !== "income" && kind !== "expense") continue;
    const parts = splits.filter(
      ({ categoryId }) => categories === null || categories.includes(categoryId),
    );
    const total = totals[amount.currency] ?? { income: 0n, expense: 0n };
    totals[amount.currency] = total;
    for (const part of parts) total[kind] += hundredths(part.amount.amount);
  }
  return totals;
}

export const hundredths = (amount: string): bigint => {
  const [whole = "0", fraction = ""] = amount.split(".");
  const sign = amount.startsWith("-") ? -1n : 1n;
  return BigInt(whole) * 100n + sign * BigInt(fraction.padEnd(2, "0"));
};

function categoriesMeant(
  { categories, income }: StoredBook,
  { categoryId, uncategorised }: TransactionFilterInput,
): readonly string[] | null {
  const [top, below, , none] = categories;
  if (uncategorised) return none ? [none] : [];
  if (categoryId === undefined) return null;
  if (categoryId === top && below) return [top, below];
  return [...categories, income].filter((id) => id === categoryId);
}

function isFound({ payee, note, tags, documentNumber }: Transaction, search: string): boolean {
  const words = fold([payee, note, documentNumber, ...tags].join(" ")).split(/[^a-z0-9]+/);
  return fold(search)
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .every((wanted) => words.some((word) => word.startsWith(wanted)));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
