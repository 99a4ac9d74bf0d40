import {
  addDays,
  addSeconds,
  epochMs,
  type Instant,
  type LocalDate,
  startOfUtcDay,
} from "#platform/kernel/time";
import { dayIn, startOfDayIn } from "#platform/kernel/zone-day";
import { graceHours } from "../bounds.ts";

/** The instant from which a due day is over there. */
export const endOfDay = (timeZone: string, day: LocalDate): Instant =>
  startOfDayIn(timeZone, addDays(day, 1));

export function isOver(timeZone: string, day: LocalDate, now: Instant): boolean {
  // The instant itself is costly to find, and needed only where clocks may pass midnight twice.
  const today = dayIn(timeZone, now);
  if (today <= day) return false;
  return today > addDays(day, 1) || endOfDay(timeZone, day) <= now;
}

/** From when on a debt whose due day passed unpaid may be declared in default. */
export const graceEnd = (timeZone: string, dueOn: LocalDate): Instant =>
  addSeconds(endOfDay(timeZone, dueOn), graceHours * 3600);

/**
 * The same day `months` later; the last one of a month that is too short. Counted from the first day each time, so that
 * the 31st comes back after a February.
 */
export function addMonths(first: LocalDate, months: number): LocalDate {
  const [year, month, day] = first.split("-").map(Number);
  if (year === undefined || month === undefined || day === undefined)
    throw new RangeError("not a day");
  const index = year * 12 + (month - 1) + months;
  const firstOf = (monthIndex: number) =>
    `${pad(Math.floor(monthIndex / 12), 4)}-${pad((monthIndex % 12) + 1, 2)}-01` as LocalDate;
  const lengthDays =
    (epochMs(startOfUtcDay(firstOf(index + 1))) - epochMs(startOfUtcDay(firstOf(index)))) /
    86_400_000;
  return addDays(firstOf(index), Math.min(day, lengthDays) - 1);
}

const pad = (number: number, digits: number): string => String(number).padStart(digits, "0");

/** The last day of terms that begin today. */
export const lastDayOf = (today: LocalDate, years: number): LocalDate =>
  addMonths(today, 12 * years);
