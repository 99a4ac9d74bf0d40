import type { RequestContext } from "#platform/kernel/context";
import {
  type DecimalString,
  divideDecimals,
  multiplyDecimals,
  parseDecimal,
  roundDecimal,
  subtractDecimals,
} from "#platform/kernel/decimal";
import { invalidField } from "#platform/kernel/errors";
import type { CurrencyCode } from "#platform/kernel/money";
import { decodeCursor, pageOf } from "#platform/kernel/page";
import {
  addDays,
  addSeconds,
  epochMs,
  type Instant,
  instantAt,
  isLocalDate,
  type LocalDate,
  parseInstant,
  startOfUtcDay,
  utcDayOf,
} from "#platform/kernel/time";
import type { DayRate, PairRate, RateSource } from "../contract.ts";
import type { CurrencyDeps, HistoryDay, HistoryPoint, PairSides } from "../deps.ts";
import { crossRate } from "../domain/pair-rate.ts";
import { resolveCode } from "../domain/resolve-code.ts";
import { pivotOf } from "../domain/stored-rate.ts";
import { findRatesAt, requireAll } from "./rates-at.ts";

/** A year, the leap day included. */
export const maxHistoryDays = 366;
const defaultHistoryDays = 30;

type Deps = Pick<
  CurrencyDeps,
  "db" | "clock" | "catalogue" | "latest" | "rates" | "history" | "rules"
>;

export type RateHistoryInput = {
  /** Codes in any case, aliases too. */
  readonly base: string;
  readonly quote: string;
  readonly source: RateSource;
  /** First and last day in UTC, both included. Default: the last 30 days. */
  readonly from?: LocalDate | undefined;
  readonly to?: LocalDate | undefined;
  readonly interval: "raw" | "day";
  /** For `raw` only. */
  readonly cursor?: string | undefined;
  readonly limit: number;
};

/** A significant change of the pair: from then on it was worth `rate`. */
export type RatePoint = { readonly at: Instant; readonly rate: DecimalString };

/** How much the pair moved up to now. Null where there was no rate at the period's start. */
export type RateChange = {
  readonly period: "24h" | "7d" | "30d" | "1y";
  readonly since: Instant;
  readonly rate: DecimalString | null;
  readonly change: DecimalString | null;
  /** In per cent with four decimals. */
  readonly changePercent: DecimalString | null;
};

export type RateHistory = {
  readonly base: CurrencyCode;
  readonly quote: CurrencyCode;
  readonly source: RateSource;
  readonly interval: "raw" | "day";
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly current: PairRate;
  readonly changes: readonly RateChange[];
  /** The rate in force when the range (or the page) begins; null when there was none yet. */
  readonly opening: RatePoint | null;
  /** `raw`: every significant change. Empty for `day`. */
  readonly points: readonly RatePoint[];
  /** `day`: every day with a rate. Empty for `raw`. */
  readonly days: readonly DayRate[];
  readonly nextCursor: string | null;
};

/** The past of a pair, with what it moved up to now. Days without a rate yet are left out. */
export async function rateHistory(
  deps: Deps,
  ctx: RequestContext,
  input: RateHistoryInput,
): Promise<RateHistory> {
  const { source, interval } = input;
  const base = resolveCode(deps.catalogue, input.base, "base");
  const quote = resolveCode(deps.catalogue, input.quote, "quote");
  const asked = { base, quote, source };
  const now = deps.clock.now();
  const range = rangeOf(input, now);
  const { current, changes } = await summarise(deps, ctx, asked, now);
  const common = {
    base,
    quote,
    source,
    interval,
    from: range.from,
    to: range.to,
    current,
    changes,
  };
  const pivot = pivotOf[source];
  const pair: PairSides = {
    source,
    base: base === pivot ? null : base,
    quote: quote === pivot ? null : quote,
  };
  const until = startOfUtcDay(addDays(range.to, 1));
  const start =
    input.cursor === undefined ? startOfUtcDay(range.from) : afterCursor(input.cursor, now);
  const opening = await rateBefore(deps, ctx, asked, start);
  // A currency in itself never changes.
  if (base === quote) return { ...common, opening, points: [], days: [], nextCursor: null };
  if (interval === "day") {
    const days = await deps.history.days(deps.db.read, pair, {
      from: start,
      until: range.to === utcDayOf(now) ? next(now) : until,
    });
    return { ...common, opening, points: [], days: days.map(toDayRate), nextCursor: null };
  }
  const rows = await deps.history.changes(deps.db.read, pair, {
    from: start,
    until,
    limit: input.limit + 1,
  });
  const page = pageOf(rows, input.limit, (point) => [point.at]);
  return {
    ...common,
    opening,
    points: page.items.map(toRatePoint),
    days: [],
    nextCursor: page.nextCursor,
  };
}

function rangeOf(input: RateHistoryInput, now: Instant): { from: LocalDate; to: LocalDate } {
  const today = utcDayOf(now);
  const to = input.to ?? today;
  const earlier = addDays(to, 1 - defaultHistoryDays);
  const from = input.from ?? (isLocalDate(earlier) ? earlier : to);
  if (from > to) throw invalidField("from", "Must not be after `to`.");
  if (to > today) throw invalidField("to", "Must not lie in the future (days are in UTC).");
  if (addDays(from, maxHistoryDays) <= to)
    throw invalidField("from", `Lies more than ${maxHistoryDays} days before \`to\`.`);
  if (input.cursor !== undefined && input.interval === "day")
    throw invalidField("cursor", "Is for interval=raw only.");
  return { from, to };
}

/** The first instant that the page before did not show. */
function afterCursor(cursor: string, now: Instant): Instant {
  const at = parseInstant(decodeCursor(cursor, 1)[0] ?? "", "cursor");
  if (at >= now) throw invalidField("cursor", "Is not a cursor of this list.");
  return next(at);
}

const next = (at: Instant): Instant => instantAt(epochMs(at) + 1);

type AskedPair = Pick<RateHistory, "base" | "quote" | "source">;

const periods = [
  { period: "24h", seconds: 86_400 },
  { period: "7d", seconds: 7 * 86_400 },
  { period: "30d", seconds: 30 * 86_400 },
  { period: "1y", seconds: 365 * 86_400 },
] as const;

async function summarise(
  deps: Deps,
  ctx: RequestContext,
  { base, quote, source }: AskedPair,
  now: Instant,
): Promise<{ current: PairRate; changes: RateChange[] }> {
  const starts = periods.map(({ period, seconds }) => ({
    period,
    since: addSeconds(now, -seconds),
  }));
  const [latest, ...past] = await findRatesAt(deps, ctx, {
    pairs: [{ base, quote }, ...starts.map(({ since }) => ({ base, quote, at: since }))],
    source,
  });
  const [current] = requireAll([latest], [{ base, quote }], () => "quote");
  if (!current) throw new Error("the current rate is missing after it was found");
  const changes = starts.map(({ period, since }, index) => {
    const rate = past[index]?.rate ?? null;
    const change = rate === null ? null : subtractDecimals(current.rate, rate);
    return {
      period,
      since,
      rate,
      change,
      changePercent: rate === null || change === null ? null : percentOf(change, rate),
    };
  });
  return { current, changes };
}

const hundred = parseDecimal("100");
const percentOf = (part: DecimalString, whole: DecimalString): DecimalString =>
  roundDecimal(divideDecimals(multiplyDecimals(part, hundred), whole), 4);

async function rateBefore(
  deps: Deps,
  ctx: RequestContext,
  { base, quote, source }: AskedPair,
  start: Instant,
): Promise<RatePoint | null> {
  const [rate] = await findRatesAt(deps, ctx, { pairs: [{ base, quote, at: start }], source });
  return rate ? { at: start, rate: rate.rate } : null;
}

const toRatePoint = ({ at, base, quote }: HistoryPoint): RatePoint => ({
  at,
  rate: crossRate(base, quote),
});

const toDayRate = ({ day, open, high, low, close, carried }: HistoryDay): DayRate => ({
  day,
  open: toRatePoint(open).rate,
  high: toRatePoint(high).rate,
  low: toRatePoint(low).rate,
  close: toRatePoint(close).rate,
  carried,
});
