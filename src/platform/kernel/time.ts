import { invalidField } from "./errors.ts";

declare const instantBrand: unique symbol;
declare const localDateBrand: unique symbol;
/** A moment, ISO 8601 in UTC with milliseconds: "2026-11-22T09:30:00.000Z". Sorts as text. */
export type Instant = string & { readonly [instantBrand]: true };
/** A calendar day without a zone, "2026-11-22". Sorts as text. */
export type LocalDate = string & { readonly [localDateBrand]: true };

const instantPattern =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?:[Zz]|[+-]\d{2}:?\d{2})$/;

export const instantOf = (date: Date): Instant => date.toISOString() as Instant;
export const epochMs = (instant: Instant): number => Date.parse(instant);
/** For libraries that take a Date. */
export const dateOf = (instant: Instant): Date => new Date(instant);
export const instantAt = (milliseconds: number): Instant => instantOf(new Date(milliseconds));

const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeapYear = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Whether the text is a real day of years 0001-9999 (no 30 February). By arithmetic: a Date costs ten times as much. */
export function isLocalDate(text: string): text is LocalDate {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const length = month === 2 && isLeapYear(year) ? 29 : (daysInMonth[month - 1] ?? 0);
  return year >= 1 && day >= 1 && day <= length;
}

export function parseLocalDate(text: string, path = "date"): LocalDate {
  if (!isLocalDate(text)) throw invalidField(path, 'Must be a calendar date like "2026-11-22".');
  return text;
}

const firstMoment = Date.parse("0001-01-01T00:00:00.000Z");
const lastMoment = Date.parse("9999-12-31T23:59:59.999Z");

/** Whether the text is a moment with a zone that lies, in UTC, in the years 0001-9999. */
export function isInstant(text: string): boolean {
  const match = instantPattern.exec(text);
  if (!match?.[1] || !isLocalDate(match[1])) return false;
  if (Number(match[2]) > 23 || Number(match[3]) > 59 || Number(match[4] ?? 0) > 59) return false;
  // 9999-12-31T23:00-05:00 is in the year 10000, which has no four digits, and for which no database column is made.
  const at = Date.parse(text);
  return at >= firstMoment && at <= lastMoment;
}

/** Takes ISO 8601 with a zone ("Z" or an offset) and gives UTC; without a zone it is a 422 that names `path`. */
export function parseInstant(text: string, path = "at"): Instant {
  if (!isInstant(text))
    throw invalidField(
      path,
      'Must be an ISO 8601 instant with a zone, like "2026-11-22T09:30:00Z".',
    );
  return instantOf(new Date(text));
}

export const startOfUtcDay = (day: LocalDate): Instant => `${day}T00:00:00.000Z` as Instant;
export const utcDayOf = (instant: Instant): LocalDate => instant.slice(0, 10) as LocalDate;
export const addDays = (day: LocalDate, days: number): LocalDate =>
  utcDayOf(instantAt(epochMs(startOfUtcDay(day)) + days * 86_400_000));
export const addSeconds = (instant: Instant, seconds: number): Instant =>
  instantAt(epochMs(instant) + seconds * 1000);
/** Whole seconds from `from` to `to`, never negative. */
export const secondsBetween = (from: Instant, to: Instant): number =>
  Math.max(0, Math.floor((epochMs(to) - epochMs(from)) / 1000));
