import { addDays, epochMs, type LocalDate, startOfUtcDay } from "#platform/kernel/time";

const dayMs = 86_400_000;

/** 0 = Monday. */
export const weekdayOf = (day: LocalDate): number => {
  // 1970-01-01 was a Thursday.
  const days = epochMs(startOfUtcDay(day)) / dayMs + 3;
  return ((days % 7) + 7) % 7;
};

export const isFirstOfMonth = (day: LocalDate): boolean => day.endsWith("-01");
export const isLastOfMonth = (day: LocalDate): boolean => isFirstOfMonth(addDays(day, 1));
export const firstOfMonth = (day: LocalDate): LocalDate => `${day.slice(0, 8)}01` as LocalDate;

/** The first of the month `months` later, of a first. */
export function addMonths(first: LocalDate, months: number): LocalDate {
  let day = first;
  // 31 days after a first is within the next month; 1 before one within the month before.
  for (let left = months; left > 0; left -= 1) day = firstOfMonth(addDays(day, 31));
  for (let left = months; left < 0; left += 1) day = firstOfMonth(addDays(day, -1));
  return day;
}
