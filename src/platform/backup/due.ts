import { addDays, epochMs, type Instant, instantAt } from "../kernel/time.ts";
import { dayIn, hourOfDayIn } from "../kernel/zone-day.ts";

/** Every day at this time by the clocks of that zone. */
export type DailyTime = { readonly hour: number; readonly minute: number; readonly zone: string };

const minuteMs = 60_000;

/** The last moment at or before `now` at which a backup was to begin. */
export function lastDue(time: DailyTime, now: Instant): Instant {
  const today = dayIn(time.zone, now);
  // A day that a zone has left out begins with the next one, so two days back is far enough.
  for (const day of [addDays(today, 1), today, addDays(today, -1), addDays(today, -2)]) {
    const due = dueOn(time, day);
    if (due <= now) return due;
  }
  throw new Error("no day before today has this time");
}

/** The first moment after `now`. */
export function nextDue(time: DailyTime, now: Instant): Instant {
  const today = dayIn(time.zone, now);
  for (const day of [today, addDays(today, 1), addDays(today, 2)]) {
    const due = dueOn(time, day);
    if (due > now) return due;
  }
  throw new Error("no day after today has this time");
}

/**
 * Where clocks skip the time, when they go on; where they show it twice, the first time.
 */
function dueOn({ hour, minute, zone }: DailyTime, day: ReturnType<typeof dayIn>): Instant {
  const begins = hourOfDayIn(zone, day, hour);
  const at = wallMinutes(zone, begins);
  // Somewhere within the hour the clock may begin (zones skip half hours), or have left it (the hour was skipped).
  if (at >= hour * 60 + minute || at < hour * 60) return begins;
  return instantAt(epochMs(begins) + (hour * 60 + minute - at) * minuteMs);
}

function wallMinutes(zone: string, instant: Instant): number {
  const format = new Intl.DateTimeFormat("sv-SE", {
    ...{ timeZone: zone, numberingSystem: "latn", hourCycle: "h23" },
    ...{ hour: "2-digit", minute: "2-digit" },
  });
  const [hours, minutes] = format.format(epochMs(instant)).split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
