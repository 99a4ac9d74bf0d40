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
        with moments as (${changeMoments(pair, range, sql`order by 1 limit ${range.limit}`)} order by at limit ${range.limit})
        select at::text as at, ${sideColumns} from moments ${bothSidesAt(pair, sql`moments.at`)}
        order by at`);
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
          select generate_series(${range.from}::timestamptz, ${range.until}::timestamptz - interval '1 second',
            interval '1 day') as at
        ),
        moments as (${changeMoments(pair, range)} union select at from day_starts),
        points as (
          select date_bin('1 day', moments.at, timestamptz '2000-01-01 00:00:00+00') as day, moments.at,
            b.rate as base_rate, b.direction as base_direction, b.last_seen as base_seen,
            q.rate as quote_rate, q.direction as quote_direction, q.last_seen as quote_seen,
            case when b.direction = 'in_pivot' then b.rate when b.rate is null then 1 else 1 / b.rate end
            * case when q.direction = 'in_pivot' then 1 / q.rate else coalesce(q.rate, 1) end as value
          from moments ${bothSidesAt(pair, sql`moments.at`)}
        ),
        ranked as (
          select *,
            row_number() over (partition by day order by at) as from_open,
            row_number() over (partition by day order by at desc) as from_close,
            row_number() over (partition by day order by value desc, at) as from_high,
            row_number() over (partition by day order by value, at) as from_low
          from points
        )
        select to_char(day at time zone 'UTC', 'YYYY-MM-DD') as day, at::text as at,
          base_rate::text, base_direction, quote_rate::text, quote_direction,
          from_open = 1 as is_open, from_close = 1 as is_close, from_high = 1 as is_high, from_low = 1 as is_low,
          coalesce(base_seen < day, false) or coalesce(quote_seen < day, false) as carried
        from ranked where 1 in (from_open, from_close, from_high, from_low)
        order by day, at`);
      return collectDays(rows);
    },
  };
}

/** SELECT of the distinct moments at which a side got a new row; `each` bounds what either side gives. */
function changeMoments(
  pair: PairSides,
  range: { readonly from: Instant; readonly until: Instant },
  each: SQL = sql``,
): SQL {
  const sides = [pair.base, pair.quote]
    .filter((code) => code !== null)
    .map(
      (
        code,
      ) => sql`(select first_seen as at from ${rates} where source = ${pair.source} and code = ${code}
        and first_seen >= ${range.from}::timestamptz and first_seen < ${range.until}::timestamptz ${each})`,
    );
  return sql.join(sides, sql` union `);
}

const sideColumns = sql`b.rate::text as base_rate, b.direction as base_direction,
  q.rate::text as quote_rate, q.direction as quote_direction`;

/** Joins the rows b and q in force at `at`; a pivot side is one row of nulls. */
function bothSidesAt(pair: PairSides, at: SQL): SQL {
  const side = (code: CurrencyCode | null): SQL =>
    code === null
      ? sql`(select null::numeric as rate, null::text as direction, null::timestamptz as last_seen)`
      : sql`(select rate, direction, last_seen from ${rates}
          where source = ${pair.source} and code = ${code} and first_seen <= ${at}
          order by first_seen desc limit 1)`;
  return sql`cross join lateral ${side(pair.base)} b cross join lateral ${side(pair.quote)} q`;
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
