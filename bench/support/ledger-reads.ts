import { type SQL, sql } from "drizzle-orm";
import { wordsQuery } from "#modules/ledger/domain/search-text";
import { encodeCursor } from "#platform/kernel/page";
import type { BenchBook } from "./ledger-books.ts";
import { everybodysWord, firstDay, lastDay, somePayee, someWord } from "./ledger-rows.ts";

/**
 * What is held to what: `growth` = p99 of the large book over that of the small one, `share` = the hand-written SQL's time
 * over that of the request, unless the search stops at ten thousand matches.
 */
export type Aim = { readonly growth?: number; readonly share?: number };

export type Read = Aim & {
  readonly name: string;
  readonly path: (book: BenchBook, index: number) => string;
  /** The same answer by hand. */
  readonly byHand: (book: BenchBook, index: number) => SQL;
  /** Takes tens of milliseconds. */
  readonly isLong?: boolean;
};

const keyset = { growth: 1.3 };
const bounded = { share: 0.8 };
const pageSize = 50;
const counted = 10_000;
const year = { from: "2025-09-01", to: lastDay };
const month = { from: "2026-08-01", to: lastDay };

const at = ({ known }: BenchBook, index: number) => {
  const found = known[index % known.length];
  if (!found) throw new Error("an empty book");
  return found;
};
const list = (query: Record<string, string> = {}) =>
  `/v1/transactions?${new URLSearchParams(query)}`;
const totals = (query: Record<string, string> = {}) =>
  `/v1/transactions/totals?${new URLSearchParams(query)}`;
const words = ({ bookId }: BenchBook, word: string): SQL =>
  sql`t.search_text @@ ${wordsQuery(bookId, [[word]])}::tsquery`;

/** A page of whole transactions. */
const pageByHand = ({ bookId }: BenchBook, condition: SQL): SQL => sql`
  select t.*, (select jsonb_agg(p.* order by line) from ledger.postings p where p.transaction_id = t.id)
  from ledger.transactions t where t.book_id = ${bookId} and t.voided_at is null and ${condition}
  order by t.date desc, t.id desc limit ${pageSize + 1}`;

const pageOfPostingsByHand = (condition: SQL): SQL => sql`
  select t.*, (select jsonb_agg(all_of.* order by line) from ledger.postings all_of where all_of.transaction_id = t.id)
  from (select p.transaction_id, p.date from ledger.postings p where ${condition}
    order by p.date desc, p.transaction_id desc limit ${pageSize + 1}) newest
  join ledger.transactions t on t.id = newest.transaction_id
  order by newest.date desc, newest.transaction_id desc`;

const totalsByHand = ({ bookId }: BenchBook, condition: SQL): SQL => sql`
  select currency, count(*), sum(case kind when 'income' then amount when 'expense' then 0 end) as income,
    sum(case kind when 'expense' then amount when 'income' then 0 end) as expense
  from (
    select t.currency, t.kind, t.amount from ledger.transactions t
    where t.book_id = ${bookId} and t.voided_at is null and ${condition}
    order by t.date desc, t.id desc limit ${counted + 1}
  ) newest group by currency`;

const netWorthByHand = ({ bookId }: BenchBook, { from, to }: typeof year): SQL => sql`
  select day, a.currency, sum(m.amount) from
    (select (first + interval '1 month' - interval '1 day')::date as day
      from generate_series(${from}::date, ${to}::date, interval '1 month') first) ends
  cross join ledger.accounts a join ledger.account_months m on m.account_id = a.id and m.month <= ends.day
  where a.book_id = ${bookId} and a.system is null group by day, a.currency order by day`;

export const ledgerReads: readonly Read[] = [
  {
    name: "one transaction",
    ...keyset,
    path: (book, index) => `/v1/transactions/${at(book, index).id}`,
    byHand: (book, index) => sql`
      select t.*, (select jsonb_agg(p.* order by line) from ledger.postings p where p.transaction_id = t.id)
      from ledger.transactions t where t.id = ${at(book, index).id}`,
  },
  {
    name: "the first page",
    ...keyset,
    path: () => list(),
    byHand: (book) => pageByHand(book, sql`true`),
  },
  {
    name: "a page anywhere",
    ...keyset,
    path: (book, index) => {
      const { date, id } = at(book, index);
      return list({ cursor: encodeCursor([date, id, book.fingerprint]) });
    },
    byHand: (book, index) => {
      const { date, id } = at(book, index);
      return pageByHand(book, sql`(t.date, t.id) < (${date}::date, ${id}::uuid)`);
    },
  },
  {
    name: "filter: a payee",
    ...keyset,
    path: () => list({ payee: somePayee }),
    byHand: (book) => pageByHand(book, sql`t.payee = ${somePayee}`),
  },
  {
    name: "filter: an account",
    ...keyset,
    path: ({ accountId }) => list({ accountId }),
    byHand: ({ accountId }) => pageOfPostingsByHand(sql`p.account_id = ${accountId}`),
  },
  {
    name: "filter: a category",
    ...keyset,
    path: ({ categoryId }) => list({ categoryId }),
    byHand: ({ categoryId }) => pageOfPostingsByHand(sql`p.category_id = ${categoryId}`),
  },
  {
    name: "filter: amounts of 1 %",
    path: () => list({ minAmount: "199" }),
    byHand: (book) => pageByHand(book, sql`t.amount >= 199`),
  },
  {
    name: "search: a word of 0.5 %",
    ...bounded,
    path: () => list({ search: someWord }),
    byHand: (book) => pageByHand(book, words(book, someWord)),
  },
  {
    name: "search: a word of all",
    ...bounded,
    path: () => list({ search: everybodysWord }),
    byHand: (book) => pageByHand(book, words(book, everybodysWord)),
  },
  {
    name: "totals of all",
    ...bounded,
    isLong: true,
    path: () => totals(),
    byHand: (book) => totalsByHand(book, sql`true`),
  },
  {
    name: "totals of a month",
    ...bounded,
    isLong: true,
    path: () => totals(month),
    byHand: (book) => totalsByHand(book, sql`t.date between ${month.from} and ${month.to}`),
  },
  {
    name: "totals of a category",
    ...bounded,
    isLong: true,
    path: ({ categoryId }) => totals({ categoryId }),
    byHand: ({ categoryId }) => sql`
      select currency, count(distinct id), sum(greatest(-amount, 0)) as income, sum(greatest(amount, 0)) as expense
      from (
        select p.transaction_id as id, p.currency, p.amount from ledger.postings p where p.category_id = ${categoryId}
        order by p.date desc, p.transaction_id desc limit ${counted + 1}
      ) newest group by currency`,
  },
  {
    name: "totals of 40 % by amount",
    ...bounded,
    isLong: true,
    path: () => totals({ minAmount: "121" }),
    byHand: (book) => totalsByHand(book, sql`t.amount >= 121`),
  },
  {
    name: "totals of a word of 0.5 %",
    ...bounded,
    isLong: true,
    path: () => totals({ search: someWord }),
    byHand: (book) => totalsByHand(book, words(book, someWord)),
  },
  {
    name: "totals of a word of all",
    ...bounded,
    isLong: true,
    path: () => totals({ search: everybodysWord }),
    byHand: (book) => totalsByHand(book, words(book, everybodysWord)),
  },
  {
    name: "balance at a day",
    ...keyset,
    path: (book, index) => `/v1/accounts/${book.accountId}/balances?on=${at(book, index).date}`,
    byHand: ({ accountId, ...book }, index) => {
      const { date } = at({ accountId, ...book }, index);
      return sql`
        select coalesce((select sum(amount) from ledger.account_months
            where account_id = ${accountId} and month < date_trunc('month', ${date}::date)), 0)
          + coalesce((select sum(amount) from ledger.account_days where account_id = ${accountId}
            and date between date_trunc('month', ${date}::date) and ${date}::date), 0) as balance`;
    },
  },
  {
    name: "net worth, a year",
    ...keyset,
    path: () => `/v1/insights/net-worth?from=${year.from}&to=${year.to}`,
    byHand: (book) => netWorthByHand(book, year),
  },
  {
    name: "net worth, ten years",
    ...keyset,
    path: () => `/v1/insights/net-worth?from=${firstDay}&to=${lastDay}`,
    byHand: (book) => netWorthByHand(book, { from: firstDay, to: lastDay }),
  },
  {
    name: "budget progress",
    path: () => `/v1/budgets/progress?on=${lastDay}`,
    byHand: ({ budgetId }) => sql`
      select b.id, b.amount, (select sum(p.amount) from ledger.budget_categories c
        join ledger.postings p on p.category_id = c.category_id and p.date between ${month.from} and ${month.to}
        where c.budget_id = b.id)
      from ledger.budgets b where b.id = ${budgetId}`,
  },
];
