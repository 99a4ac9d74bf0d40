import { type SQL, sql } from "drizzle-orm";
import { unroundedFromPostgres } from "#platform/db/columns";
import type { Reader } from "#platform/db/database";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { CategoryKind, SpendingGroup } from "../contract.ts";

export type InsightRepository = ReturnType<typeof createInsightRepository>;

/** What a day's amounts of a currency are multiplied with. */
export type DayRate = {
  readonly day: LocalDate;
  readonly currency: CurrencyCode;
  readonly rate: DecimalString;
};

/** What is summed up: the days of a book, in one currency at the rate of each day. */
export type FlowQuery = {
  readonly bookId: Id;
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Null = all accounts. */
  readonly accountIds: readonly Id[] | null;
  readonly currency: CurrencyCode;
  /** Of all other currencies; what has none is summed up by itself. */
  readonly rates: readonly DayRate[];
};

/** `currency` is null for what was converted, unrounded; else what had no rate. */
export type FlowRow = {
  /** Its first day. */
  readonly month: LocalDate;
  readonly kind: CategoryKind;
  readonly currency: CurrencyCode | null;
  readonly amount: DecimalString;
};

/** Unrounded. `key` is a category's id, a payee or a tag; null = without one. */
export type SpentRow = {
  readonly key: string | null;
  readonly amount: DecimalString;
  /** What has several tags counts with each of them. */
  readonly transactions: number;
};

/** `rest` = of all groups but the top ones. */
export type Spending = {
  readonly top: readonly SpentRow[];
  readonly rest: (SpentRow & { readonly groups: number }) | null;
};

/** Sums of what categories got, made in SQL: amounts of a day and a currency are summed first and converted once. */
export function createInsightRepository() {
  return {
    /** By month. Positive is what expense categories got, and what came from income categories. */
    async flows(reader: Reader, query: FlowQuery): Promise<FlowRow[]> {
      const rows = await reader.execute<Flow>(sql`
        with ${ratesIn(query)},
        moved as (
          select c.kind as key, p.date, p.currency, sum(p.amount) as amount, 0 as transactions
          from ledger.categories c join ledger.postings p on p.category_id = c.id
          where c.book_id = ${query.bookId} and p.date between ${query.from} and ${query.to} ${inAccounts(query)}
          group by c.kind, p.date, p.currency
        ),
        ${valuedIn(query)}
        select date_trunc('month', date)::date::text as month, key as kind, without_rate as currency,
          (case key when 'income' then -sum(amount) else sum(amount) end)::text as amount
        from valued group by 1, key, without_rate having sum(amount) <> 0
        order by 1, key, without_rate`);
      return rows.map(({ month, kind, currency, amount }) => ({
        ...{ month, kind, currency, amount: unroundedFromPostgres(amount) },
      }));
    },

    /** What the expense categories got, by what got most; of what had a rate. */
    async spending(
      reader: Reader,
      query: FlowQuery & { readonly by: SpendingGroup; readonly limit: number },
    ): Promise<Spending> {
      const rows = await reader.execute<Spent>(sql`
        with ${ratesIn(query)},
        moved as (${spentBy[query.by](query)}),
        ${valuedIn(query)},
        sums as (
          select key, sum(amount) as amount, sum(transactions)::int as transactions
          from valued where without_rate is null group by key
        ),
        ranked as (select *, row_number() over (order by amount desc, key) as rank from sums)
        select false as is_rest, key, amount::text as amount, transactions, 1 as groups, rank
        from ranked where rank <= ${query.limit}
        union all
        select true, null, sum(amount)::text, sum(transactions)::int, count(*)::int, null
        from ranked where rank > ${query.limit} having count(*) > 0
        order by is_rest, rank`);
      const read = ({ key, amount, transactions }: Spent): SpentRow => ({
        ...{ key, amount: unroundedFromPostgres(amount), transactions },
      });
      const rest = rows.find(({ is_rest }) => is_rest);
      return {
        top: rows.filter(({ is_rest }) => !is_rest).map(read),
        rest: rest ? { ...read(rest), groups: rest.groups } : null,
      };
    },
  };
}

type Flow = {
  month: LocalDate;
  kind: CategoryKind;
  currency: CurrencyCode | null;
  amount: string;
};
type Spent = {
  is_rest: boolean;
  key: string | null;
  amount: string;
  transactions: number;
  groups: number;
};

export const ratesIn = ({ rates }: Pick<FlowQuery, "rates">): SQL =>
  sql`rates as materialized (
    select day, currency, rate from jsonb_to_recordset(${JSON.stringify(rates)}::jsonb)
      as r(day date, currency text, rate numeric)
  )`;

/** `moved` (key, date, currency, amount, transactions) converted; `without_rate` = the currency of what could not be. */
const valuedIn = ({ currency }: FlowQuery): SQL =>
  sql`valued as (
    select m.key, m.date, m.transactions,
      case when m.currency = ${currency} then m.amount else m.amount * coalesce(r.rate, 1) end as amount,
      case when m.currency <> ${currency} and r.rate is null then m.currency end as without_rate
    from moved m left join rates r on r.day = m.date and r.currency = m.currency
  )`;

type Scope = Pick<FlowQuery, "bookId" | "from" | "to" | "accountIds">;

/** Of a posting `p`: that its transaction is one of these accounts. */
export const inAccounts = ({ accountIds }: Pick<Scope, "accountIds">): SQL =>
  accountIds === null
    ? sql``
    : sql`and exists (select from ledger.transactions of_account where of_account.id = p.transaction_id
        and of_account.account_id = any(array(
          select value::uuid from jsonb_array_elements_text(${JSON.stringify(accountIds)}::jsonb))))`;

/** What expense categories got, as `moved` of {@link valuedIn}. */
const spentBy: Readonly<Record<SpendingGroup, (scope: Scope) => SQL>> = {
  category: ({ bookId, from, to, accountIds }) => sql`
    select c.id::text as key, p.date, p.currency, sum(p.amount) as amount,
      count(distinct p.transaction_id)::int as transactions
    from ledger.categories c join ledger.postings p on p.category_id = c.id
    where c.book_id = ${bookId} and c.kind = 'expense' and p.date between ${from} and ${to} ${inAccounts({ accountIds })}
    group by c.id, p.date, p.currency`,
  payee: (scope) => sql`
    select t.payee as key, ${spentSums} from ${spentTransactions(scope)}
    group by t.payee, p.date, p.currency`,
  tag: (scope) => sql`
    select tag as key, ${spentSums} from ${spentTransactions(scope)}
    cross join lateral unnest(case when t.tags = '{}' then array[null::text] else t.tags end) as tag
    group by tag, p.date, p.currency`,
};

const spentSums = sql`p.date, p.currency, sum(p.amount) as amount,
  count(distinct p.transaction_id)::int as transactions`;

const spentTransactions = ({ bookId, from, to, accountIds }: Scope): SQL =>
  sql`ledger.categories c join ledger.postings p on p.category_id = c.id
    and c.book_id = ${bookId} and c.kind = 'expense' and p.date between ${from} and ${to} ${inAccounts({ accountIds })}
    join ledger.transactions t on t.id = p.transaction_id`;
