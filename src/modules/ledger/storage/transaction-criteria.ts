import { type SQL, sql } from "drizzle-orm";
import type { Id } from "#platform/kernel/ids";
import { tagQuery, wordsQuery } from "../domain/search-text.ts";
import type {
  TransactionFilter,
  TransactionKey,
  TransactionSearch,
  TransactionState,
} from "../domain/transaction-filter.ts";

/** Which rows of `ledger.transactions t` match, for whatever reads them in an order of its own. */
export const whereOf = (search: TransactionSearch): SQL =>
  allOf([inRange(search), ...Object.values(criteriaOf(search))]);

/** In the book, in the state, between the days asked for, and after the last item of the page before. */
export const inRange = (search: TransactionSearch, before?: TransactionKey): SQL =>
  allOf([
    sql`t.book_id = ${search.bookId}`,
    states[search.filter.state],
    inDates(search.filter, { date: sql`t.date`, id: sql`t.id` }, before),
  ]);

const states: Readonly<Record<TransactionState, SQL>> = {
  active: sql`t.voided_at is null`,
  void: sql`t.voided_at is not null`,
  all: sql`true`,
};

export const inDates = (
  { from, to }: TransactionFilter,
  { date, id }: { readonly date: SQL; readonly id: SQL },
  before?: TransactionKey,
): SQL =>
  allOf([
    ...(from === undefined ? [] : [sql`${date} >= ${from}::date`]),
    ...(to === undefined ? [] : [sql`${date} <= ${to}::date`]),
    ...(before ? [sql`(${date}, ${id}) < (${before.date}::date, ${before.id}::uuid)`] : []),
  ]);

/** What else must hold of `ledger.transactions t`, by what it looks at. */
export type Criteria = Partial<
  Record<
    | "account"
    | "category"
    | "payee"
    | "kind"
    | "cleared"
    | "currency"
    | "import"
    | "amount"
    | "text",
    SQL
  >
>;

/** With `offset 0` as `fence`, postings are looked up row by row, and never all read first. */
export function criteriaOf(
  { bookId, filter, categoryIds }: TransactionSearch,
  fence: SQL = sql``,
): Criteria {
  const { accountId, payee, kind, cleared, currency, importId, minAmount, maxAmount } = filter;
  const text = [
    ...(filter.words === undefined ? [] : [wordsQuery(bookId, filter.words)]),
    ...(filter.tag === undefined ? [] : [tagQuery(bookId, filter.tag)]),
  ];
  return {
    ...(accountId && { account: hasAccount(accountId, filter.state, fence) }),
    ...(categoryIds && {
      category: sql`exists (select from ledger.postings p
        where p.transaction_id = t.id and p.category_id = any(${idArray(categoryIds)}) ${fence})`,
    }),
    ...(payee !== undefined && { payee: sql`t.payee = ${payee}` }),
    ...(kind && { kind: sql`t.kind = ${kind}` }),
    ...(cleared !== undefined && { cleared: sql`t.cleared = ${cleared}` }),
    ...(currency && { currency: sql`t.currency = ${currency}` }),
    ...(importId && { import: sql`t.import_id = ${importId}` }),
    ...((minAmount ?? maxAmount) !== undefined && {
      amount: allOf([
        ...(minAmount === undefined ? [] : [sql`t.amount >= ${minAmount}::numeric`]),
        ...(maxAmount === undefined ? [] : [sql`t.amount <= ${maxAmount}::numeric`]),
      ]),
    }),
    ...(text.length > 0 && { text: sql`t.search_text @@ ${text.join(" & ")}::tsquery` }),
  };
}

/** What is void has no postings, but its accounts. */
const hasAccount = (accountId: Id, state: TransactionState, fence: SQL): SQL =>
  state === "active"
    ? sql`exists (select from ledger.postings p
        where p.transaction_id = t.id and p.account_id = ${accountId} ${fence})`
    : sql`(t.account_id = ${accountId} or t.to_account_id = ${accountId})`;

export const allOf = (conditions: readonly SQL[]): SQL =>
  conditions.length === 0 ? sql`true` : sql`(${sql.join([...conditions], sql` and `)})`;

/** Ids are hexadecimal digits and dashes: nothing in them needs quotes. */
export const idArray = (ids: readonly Id[]): SQL => sql`${`{${ids.join(",")}}`}::uuid[]`;
