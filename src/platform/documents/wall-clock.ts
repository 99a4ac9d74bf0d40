import { epochMs, type Instant } from "../kernel/time.ts";

/**
 * What a clock on the wall of a zone (IANA name) shows at an instant, as milliseconds since 1970 of a clock that knows no
 * zones: a whole second, the one that has begun. NaN for years before 1000.
 */
export function wallClockOf(timeZone: string): (instant: Instant) => number {
  const clock = new Intl.DateTimeFormat("sv-SE", {
    ...{ year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone },
  });
  // Swedish is written as ISO 8601 has it: "2026-10-01 11:30:00".
  return (instant) => Date.parse(`${clock.format(epochMs(instant)).replace(" ", "T")}Z`);
}
