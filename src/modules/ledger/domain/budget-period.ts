import { addDays, epochMs, type LocalDate, startOfUtcDay } from "#platform/kernel/time";

export type BudgetPeriod = "monthly" | "yearly" | "custom";

/** When a budget runs. Monthly and yearly periods repeat from `startsOn`; a custom one is a single stretch of days. */
export type BudgetCalendar = {
  readonly period: BudgetPeriod;
  readonly startsOn: LocalDate;
  /** Of a custom period its last day; otherwise the last day that has a period, null = it goes on. */
  readonly endsOn: LocalDate | null;
};

/** Both days belong to it. `index` counts from the period that begins on `startsOn`, which is 0. */
export type Period = { readonly index: number; readonly start: LocalDate; readonly end: LocalDate };

/** Days that budgets know: whatever period they lie in, its ends are dates, too. */
export const firstBudgetDay = "1900-01-01" as LocalDate;
export const lastBudgetDay = "2199-12-31" as LocalDate;

/**
 * The period of a day. A day before the budget has the first one, a day after its end the last one; see
 * {@link Period}'s own days. `day` lies between {@link firstBudgetDay} and {@link lastBudgetDay}.
 */
export function periodOf(calendar: BudgetCalendar, day: LocalDate): Period {
  const { startsOn, endsOn } = calendar;
  const known = endsOn !== null && day > endsOn ? endsOn : day;
  const step = monthsOf(calendar.period);
  if (step === null || known <= startsOn) return periodAt(calendar, 0);
  const months = monthNumber(known) - monthNumber(startsOn);
  const index = Math.floor(months / step);
  // The month of the day began the period only if the day is not before the day that it begins on.
  return periodAt(calendar, startAt(calendar, index) > known ? index - 1 : index);
}

/** The period with this number. Its last day is the day before the next one begins, or the budget's own last day. */
export function periodAt(calendar: BudgetCalendar, index: number): Period {
  const { endsOn } = calendar;
  const start = startAt(calendar, index);
  if (monthsOf(calendar.period) === null) return { index, start, end: endsOn ?? start };
  const end = addDays(startAt(calendar, index + 1), -1);
  return { index, start, end: endsOn !== null && endsOn < end ? endsOn : end };
}

/** The asked period with at most `count` of those before it, the oldest first. */
export function periodsUpTo(calendar: BudgetCalendar, asked: Period, count: number): Period[] {
  const first = Math.max(0, asked.index - count);
  return Array.from({ length: asked.index - first + 1 }, (_, offset) =>
    periodAt(calendar, first + offset),
  );
}

/** How many days a period has, both ends counted. */
export const lengthDays = ({ start, end }: Pick<Period, "start" | "end">): number =>
  dayNumber(end) - dayNumber(start) + 1;

/** How many of its days have begun by `day`, that one included. */
export const elapsedDays = ({ start, end }: Pick<Period, "start" | "end">, day: LocalDate) =>
  day < start ? 0 : lengthDays({ start, end: day < end ? day : end });

const dayNumber = (day: LocalDate): number => Math.round(epochMs(startOfUtcDay(day)) / 86_400_000);

const monthsOf = (period: BudgetPeriod): number | null =>
  period === "monthly" ? 1 : period === "yearly" ? 12 : null;

const monthNumber = (day: LocalDate): number =>
  Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

/**
 * Always counted from `startsOn`, never from the period before: what begins on the 31st begins on the last day of a
 * shorter month and on the 31st again after it; 29 February is the 28th in most years.
 */
function startAt({ period, startsOn }: BudgetCalendar, index: number): LocalDate {
  const month = monthNumber(startsOn) + index * (monthsOf(period) ?? 0);
  const last = addDays(firstOfMonth(month + 1), -1);
  const day = Math.min(Number(startsOn.slice(8)), Number(last.slice(8)));
  return `${last.slice(0, 8)}${String(day).padStart(2, "0")}` as LocalDate;
}

function firstOfMonth(month: number): LocalDate {
  const year = String(Math.floor(month / 12)).padStart(4, "0");
  return `${year}-${String((month % 12) + 1).padStart(2, "0")}-01` as LocalDate;
}
