import { invalidField } from "#platform/kernel/errors";
import { addDays, type LocalDate, parseLocalDate } from "#platform/kernel/time";

/** Both days count. */
export type DayRange = { readonly from: LocalDate; readonly to: LocalDate };

/** Days of whole years before and after which nothing is looked at: arithmetic must stay within four digits. */
const firstDay = "0001-01-01" as LocalDate;
const lastDay = "9999-12-31" as LocalDate;
const defaultDays = 365;

/** `to` is today and `from` a year before `to` unless said otherwise. 422 when the first comes after the last. */
export function readRange(
  input: { readonly from?: string | undefined; readonly to?: string | undefined },
  today: LocalDate,
): DayRange {
  const to = input.to === undefined ? today : parseLocalDate(input.to, "to");
  const from = input.from === undefined ? daysBefore(to) : parseLocalDate(input.from, "from");
  if (from > to) throw invalidField("from", "Must not be after the last day.");
  return { from, to };
}

const daysBefore = (day: LocalDate): LocalDate =>
  day.slice(0, 4) <= "0001" ? firstDay : addDays(day, -defaultDays);

/** The last day of every month of the range, and its last day; ascending. 422 when they are more than `limit`. */
export function monthEnds({ from, to }: DayRange, limit: number): LocalDate[] {
  const months = monthNumber(to) - monthNumber(from) + 1;
  requireFew(months, limit, "months");
  return Array.from({ length: months }, (_, index) => {
    const last = lastOfMonth(monthNumber(from) + index);
    return last < to ? last : to;
  });
}

/** Every day of the range. 422 when they are more than `limit`. */
export function everyDay({ from, to }: DayRange, limit: number): LocalDate[] {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
  requireFew(days, limit, "days");
  return Array.from({ length: days }, (_, index) => addDays(from, index));
}

function requireFew(count: number, limit: number, unit: string): void {
  if (count > limit)
    throw invalidField("from", `Covers ${count} ${unit}; at most ${limit} at once.`);
}

/** Months since the year 0. */
const monthNumber = (day: LocalDate): number =>
  Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

function lastOfMonth(month: number): LocalDate {
  const next = month + 1;
  const year = Math.floor(next / 12);
  if (year > 9999) return lastDay;
  const first = `${String(year).padStart(4, "0")}-${String((next % 12) + 1).padStart(2, "0")}-01`;
  return addDays(first as LocalDate, -1);
}
