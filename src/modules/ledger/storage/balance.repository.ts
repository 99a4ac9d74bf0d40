import { type SQL, sql } from "drizzle-orm";
import { decimalFromPostgres } from "#platform/db/columns";
import type { Reader } from "#platform/db/database";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { AccountKind } from "../contract.ts";

export type BalanceRepository = ReturnType<typeof createBalanceRepository>;

/** Whose balances: one account's, or those of a book's accounts that are not hidden: all, or some of them. */
export type BalanceScope =
  | { readonly accountId: Id }
  | { readonly bookId: Id; readonly accountIds?: readonly Id[] | null };

/** What an account holds at the end of a day; fewer decimals than its currency has perhaps. */
export type BalanceRow = {
  readonly accountId: Id;
  readonly on: LocalDate;
  readonly balance: DecimalString;
};

/** What all accounts of a currency hold together, those of the liability kinds apart. */
export type HoldingRow = {
  readonly on: LocalDate;
  readonly currency: CurrencyCode;
  readonly isLiability: boolean;
  readonly balance: DecimalString;
};

/**
 * Balances at the end of past and future days. Read from the sums a month, and where a day is not the last of its
 * month from the sums a day of that month: what it costs depends on how long the book is kept, not on its postings.
 */
export function createBalanceRepository() {
  return {
    /** By account and day. The caller bounds accounts times days. */
    async at(
      reader: Reader,
      scope: BalanceScope,
      days: readonly LocalDate[],
    ): Promise<BalanceRow[]> {
      if (days.length === 0) return [];
      const rows = await reader.execute<Row>(sql`
        with ${balancesOf(scope, days)}
        select b.account_id, b.day::text as day, b.balance::text as balance from balances b
        order by b.account_id, b.day`);
      return rows.map((row) => ({
        accountId: row.account_id,
        on: row.day,
        balance: decimalFromPostgres(row.balance),
      }));
    },

    /** Of the whole book, by day. Currencies of which nothing is held are left out. */
    async holdings(
      reader: Reader,
      query: {
        readonly bookId: Id;
        readonly accountIds: readonly Id[] | null;
        readonly days: readonly LocalDate[];
        readonly liabilityKinds: readonly AccountKind[];
      },
    ): Promise<HoldingRow[]> {
      const { bookId, accountIds, days, liabilityKinds } = query;
      if (days.length === 0) return [];
      const rows = await reader.execute<Held>(sql`
        with ${balancesOf({ bookId, accountIds }, days)}
        select b.day::text as day, a.currency,
          a.kind = any(select jsonb_array_elements_text(${JSON.stringify(liabilityKinds)}::jsonb)) as is_liability,
          sum(b.balance)::text as balance
        from balances b join ledger.accounts a on a.id = b.account_id
        group by b.day, a.currency, 3 having sum(b.balance) <> 0
        order by b.day, a.currency, 3`);
      return rows.map((row) => ({
        on: row.day,
        currency: row.currency,
        isLiability: row.is_liability,
        balance: decimalFromPostgres(row.balance),
      }));
    },

    /** On which days something moved in which currency, save in `except`; at most `limit`. */
    async movedDays(
      reader: Reader,
      query: {
        readonly bookId: Id;
        readonly accountIds: readonly Id[] | null;
        readonly from: LocalDate;
        readonly to: LocalDate;
        readonly except: CurrencyCode;
        readonly limit: number;
      },
    ): Promise<{ readonly day: LocalDate; readonly currency: CurrencyCode }[]> {
      const rows = await reader.execute<{ day: LocalDate; currency: CurrencyCode }>(sql`
        select distinct d.date::text as day, a.currency
        from ledger.accounts a join ledger.account_days d on d.account_id = a.id
        where a.book_id = ${query.bookId} and a.system is null and a.currency <> ${query.except}
          ${isOneOf(sql`a.id`, query.accountIds)} and d.date between ${query.from} and ${query.to}
        limit ${query.limit}`);
      return rows.map(({ day, currency }) => ({ day, currency }));
    },
  };
}

/**
 * Common table expressions that end with `balances` (account_id, day, balance). A day's sum is that of all months
 * before `start`, and of the days from `start` on; `start` is the month of the following day, so that the last day of a
 * month needs no days. The running sum passes each account's months once, whatever the number of days asked for.
 */
function balancesOf(scope: BalanceScope, days: readonly LocalDate[]): SQL {
  const chosen =
    "accountId" in scope
      ? sql`id = ${scope.accountId}`
      : sql`book_id = ${scope.bookId} and system is null ${isOneOf(sql`id`, scope.accountIds ?? null)}`;
  return sql`asked as (
      select distinct value::date as day, date_trunc('month', value::date + 1)::date as start
      from jsonb_array_elements_text(${JSON.stringify(days)}::jsonb)
    ),
    chosen as (select id from ledger.accounts where ${chosen}),
    steps as (
      select k.account_id, k.month, k.amount, false as is_start
      from chosen join ledger.account_months k on k.account_id = chosen.id
      where k.month < (select max(start) from asked)
      union all
      select chosen.id, starts.start, 0, true
      from chosen cross join (select distinct start from asked) starts
    ),
    running as (
      select account_id, month as start, is_start,
        sum(amount) over (partition by account_id order by month, is_start desc rows unbounded preceding) as amount
      from steps
    ),
    balances as (
      select running.account_id, asked.day, running.amount + coalesce((
        select sum(d.amount) from ledger.account_days d
        where d.account_id = running.account_id and d.date between asked.start and asked.day), 0) as balance
      from running join asked on asked.start = running.start
      where running.is_start
    )`;
}

/** Null = any. */
const isOneOf = (column: SQL, ids: readonly Id[] | null): SQL =>
  ids === null
    ? sql``
    : sql`and ${column} = any(array(
        select value::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)))`;

type Row = { account_id: Id; day: LocalDate; balance: string };
type Held = { day: LocalDate; currency: CurrencyCode; is_liability: boolean; balance: string };
