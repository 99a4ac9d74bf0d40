import { type SQL, sql } from "drizzle-orm";
import { decimalFromPostgres, instantFromPostgres } from "#platform/db/columns";
import type { Reader } from "#platform/db/database";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type { QuoteDirection, RateSource } from "../contract.ts";
import type { DirectedRate } from "../domain/jump.ts";
import { rates } from "./tables.ts";

/** One side of a pair; null stands for the source's pivot, which needs no row. */
export type PairSides = {
  readonly source: RateSource;
  readonly base: CurrencyCode | null;
  readonly quote: CurrencyCode | null;
};

/** What was in force from `at` on. A side is undefined where it is the pivot. */
export type HistoryPoint = {
  readonly at: Instant;
  readonly base: DirectedRate | undefined;
  readonly quote: DirectedRate | undefined;
};

/** The four points of a day that matter, as quotes: the caller makes the cross rates. */
export type HistoryDay = {
  readonly day: LocalDate;
  readonly open: HistoryPoint;
  readonly high: HistoryPoint;
  readonly low: HistoryPoint;
  readonly close: HistoryPoint;
  /** When each side was last seen by the end of the day. */
  readonly carried: boolean;
};

export type HistoryRepository = ReturnType<typeof createHistoryRepository>;

export function createHistoryRepository() {
  return {
    /**
     * The moments in [from, until) at which one of the sides changed, each with both sides in force, ascending,
     * at most `limit`. Moments before both sides exist are left out.
     */
    async changes(
      reader: Reader,
      pair: PairSides,
      range: { readonly from: Instant; readonly until: Instant; readonly limit: number },
    ): Promise<HistoryPoint[]> {
      const rows = await reader.execute<PointRow>(sql`
        with ${pointsOf(pair, range)}
        select at::text as at, ${sideColumns} from points
        where both_known and at >= ${range.from}::timestamptz
        order by points.at limit ${range.limit}`);
      return rows.map(toPoint);
    },

    /** Open, high, low and close of each UTC day in [from, until) on which both sides had a rate, ascending. */
    async days(
      reader: Reader,
      pair: PairSides,
      range: { readonly from: Instant; readonly until: Instant },
    ): Promise<HistoryDay[]> {
      const rows = await reader.execute<DayRow>(sql`
        with day_starts as (
          select generate_series(${range.from}::timestamptz, ${range.until}::timestamptz - interval '1 millisecond',
            interval '1 day') as at
        ),
        ${pointsOf(pair, range, sql`union select at from day_starts`)},
        valued as (
          select *, date_bin('1 day', at, timestamptz '2000-01-01 00:00:00+00') as day,
            case when base_direction = 'in_pivot' then base_rate when base_rate is null then 1 else ${one} / base_rate end
            * case when quote_direction = 'in_pivot' then ${one} / quote_rate else coalesce(quote_rate, 1) end as value
          from points where both_known and at >= ${range.from}::timestamptz
        ),
        ranked as (
          select *,
            row_number() over (partition by day order by at) as from_open,
            row_number() over (partition by day order by at desc) as from_close,
            row_number() over (partition by day order by value desc, at) as from_high,
            row_number() over (partition by day order by value, at) as from_low
          from valued
        )
        select to_char(day at time zone 'UTC', 'YYYY-MM-DD') as day, at::text as at, ${sideColumns},
          from_open = 1 as is_open, from_close = 1 as is_close, from_high = 1 as is_high, from_low = 1 as is_low,
          coalesce(base_seen < day, false) or coalesce(quote_seen < day, false) as carried
        from ranked where 1 in (from_open, from_close, from_high, from_low)
        order by ranked.day, ranked.at`);
      return collectDays(rows);
    },
  };
}

/** PostgreSQL divides to as many decimals as the operands have: moments that differ in the 20th digit must not tie. */
const one = sql.raw(`1.${"0".repeat(40)}`);

type Range = { readonly from: Instant; readonly until: Instant; readonly limit?: number };

const sideColumns = sql`base_rate::text as base_rate, base_direction, quote_rate::text as quote_rate, quote_direction`;

/**
 * Common table expressions that end with `points`: every moment at which a side changed (and `others`), with both
 * sides in force. Each row is read once and carried forward by windows: a look-up per moment would read a whole index
 * page each (measured: 20 microseconds, two seconds for a year of ten-minute polls).
 */
function pointsOf(pair: PairSides, range: Range, others: SQL = sql``): SQL {
  return sql`start as (select greatest(${range.from}::timestamptz, ${firstSeen(pair.source, pair.base)},
      ${firstSeen(pair.source, pair.quote)}) as at),
    base as (${rowsOf(pair.source, pair.base, range)}),
    quote as (${rowsOf(pair.source, pair.quote, range)}),
    moments as (select at from base union select at from quote ${others}),
    numbered as (
      select moments.at, base.rate as base_rate, base.direction as base_direction, base.last_seen as base_seen,
        quote.rate as quote_rate, quote.direction as quote_direction, quote.last_seen as quote_seen,
        count(base.at) over (order by moments.at) as base_number,
        count(quote.at) over (order by moments.at) as quote_number
      from moments left join base on base.at = moments.at left join quote on quote.at = moments.at
    ),
    points as (
      select at, base_number > 0 and quote_number > 0 as both_known,
        first_value(base_rate) over base_run as base_rate,
        first_value(base_direction) over base_run as base_direction,
        first_value(base_seen) over base_run as base_seen,
        first_value(quote_rate) over quote_run as quote_rate,
        first_value(quote_direction) over quote_run as quote_direction,
        first_value(quote_seen) over quote_run as quote_seen
      from numbered
      window base_run as (partition by base_number order by at), quote_run as (partition by quote_number order by at)
    )`;
}

/** NULL for the pivot and for a currency without rows. */
const firstSeen = (source: RateSource, code: CurrencyCode | null): SQL =>
  sql`(select min(first_seen) from ${rates} where source = ${source} and code = ${code}::text)`;

/**
 * One side's rows of the range, and just before it the row that was in force when it begins. `start` is where both
 * sides are known: from there on the first `limit` rows of each side hold the first `limit` moments of both.
 */
function rowsOf(source: RateSource, code: CurrencyCode | null, range: Range): SQL {
  const before = sql`(select at from start) - interval '1 millisecond'`;
  if (code === null)
    return sql`select ${before} as at, null::numeric as rate, null::text as direction, null::timestamptz as last_seen`;
  const bound = range.limit === undefined ? sql`` : sql`limit ${range.limit}`;
  return sql`
    (select ${before} as at, rate, direction, last_seen from ${rates}
      where source = ${source} and code = ${code} and first_seen < (select at from start)
      order by first_seen desc limit 1)
    union all
    (select first_seen, rate, direction, last_seen from ${rates}
      where source = ${source} and code = ${code}
        and first_seen >= (select at from start) and first_seen < ${range.until}::timestamptz
      order by first_seen ${bound})`;
}

type PointRow = {
  at: string;
  base_rate: string | null;
  base_direction: QuoteDirection | null;
  quote_rate: string | null;
  quote_direction: QuoteDirection | null;
};
type DayRow = PointRow & {
  day: LocalDate;
  is_open: boolean;
  is_close: boolean;
  is_high: boolean;
  is_low: boolean;
  carried: boolean;
};

const toSide = (rate: string | null, direction: QuoteDirection | null): DirectedRate | undefined =>
  rate === null || direction === null ? undefined : { rate: decimalFromPostgres(rate), direction };

const toPoint = (row: PointRow): HistoryPoint => ({
  at: instantFromPostgres(row.at),
  base: toSide(row.base_rate, row.base_direction),
  quote: toSide(row.quote_rate, row.quote_direction),
});

/** At most four rows a day, each being one or more of open, high, low and close. */
function collectDays(rows: readonly DayRow[]): HistoryDay[] {
  const byDay = new Map<LocalDate, DayRow[]>();
  for (const row of rows) byDay.set(row.day, [...(byDay.get(row.day) ?? []), row]);
  return [...byDay].map(([day, points]) => {
    const pick = (is: (row: DayRow) => boolean): DayRow => {
      const row = points.find(is);
      if (!row) throw new Error(`history of ${day} lacks one of its four points`);
      return row;
    };
    const close = pick((row) => row.is_close);
    return {
      day,
      open: toPoint(pick((row) => row.is_open)),
      high: toPoint(pick((row) => row.is_high)),
      low: toPoint(pick((row) => row.is_low)),
      close: toPoint(close),
      carried: close.carried,
    };
  });
}
