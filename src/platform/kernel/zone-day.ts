import {
  epochMs,
  type Instant,
  instantAt,
  isLocalDate,
  type LocalDate,
  startOfUtcDay,
} from "./time.ts";

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** Clocks change by quarters of an hour. */
const stepMs = 15 * minuteMs;
/** No zone is or was further from UTC; the day's beginning lies between. */
const farthestMs = 16 * hourMs;

/** Whether this runtime knows the IANA zone by that name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    // Offsets ("+03:00") are no places: they know no summer.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

/** Which day it is there. */
export const dayIn = (timeZone: string, instant: Instant): LocalDate =>
  dayFormat(timeZone)(epochMs(instant));

/**
 * The instant at which a day begins there and all of the day before is over: also where clocks skip midnight, or pass it
 * twice. Of a day that a zone has left out, the beginning of the next one.
 */
export function startOfDayIn(timeZone: string, day: LocalDate): Instant {
  const dayAt = dayFormat(timeZone);
  let ms = epochMs(startOfUtcDay(day)) + farthestMs;
  while (dayAt(ms - stepMs) >= day) ms -= stepMs;
  // Zones of the past have offsets of odd minutes.
  while (dayAt(ms - minuteMs) >= day) ms -= minuteMs;
  return instantAt(ms);
}

/**
 * The instant at which clocks there show this hour of that day (0 to 23): the first of two, and where they skip the hour
 * the first one after the gap. Of a day that a zone has left out, the beginning of the next one.
 */
export function hourOfDayIn(timeZone: string, day: LocalDate, hour: number): Instant {
  const start = startOfDayIn(timeZone, day);
  const dayAt = dayFormat(timeZone);
  if (dayAt(epochMs(start)) !== day) return start;
  const hourAt = hourFormat(timeZone);
  const isReached = (ms: number) => dayAt(ms) > day || hourAt(ms) >= hour;
  // Clocks change by two hours at most, and seldom: so early the hour cannot have come.
  let ms = epochMs(start) + Math.max(0, hour - 2) * hourMs;
  while (isReached(ms - stepMs) && ms > epochMs(start)) ms -= stepMs;
  while (!isReached(ms)) ms += stepMs;
  return instantAt(ms);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dayFormat(timeZone: string): (ms: number) => LocalDate {
  let format = formats.get(timeZone);
  if (!format) {
    // The Swedish way to write a day is ours.
    format = new Intl.DateTimeFormat("sv-SE", {
      ...{ timeZone, calendar: "gregory", numberingSystem: "latn" },
      ...{ year: "numeric", month: "2-digit", day: "2-digit" },
    });
    formats.set(timeZone, format);
  }
  return (ms) => {
    const day = format.format(ms);
    if (!isLocalDate(day)) throw new RangeError("a day beyond the calendar's four digits");
    return day;
  };
}

const hourFormats = new Map<string, Intl.DateTimeFormat>();

function hourFormat(timeZone: string): (ms: number) => number {
  let format = hourFormats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("sv-SE", {
      ...{ timeZone, numberingSystem: "latn", hour: "2-digit", hourCycle: "h23" },
    });
    hourFormats.set(timeZone, format);
  }
  return (ms) => Number(format.format(ms));
}
