import { addDays, type Instant, type LocalDate } from "#platform/kernel/time";
import { dayIn, startOfDayIn } from "#platform/kernel/zone-day";
import type { ScheduleRhythm } from "../contract.ts";
import { addMonths, firstOfMonth, weekdayOf } from "./calendar.ts";

export const scheduleRhythms = ["weekly", "monthly"] as const satisfies readonly ScheduleRhythm[];

export type Period = { readonly from: LocalDate; readonly to: LocalDate };

/** When a report is due: a day, and the instant at which it begins in the schedule's zone. */
export type DueDay = { readonly nextOn: LocalDate; readonly nextAt: Instant };

/** What the report that is due on a day covers: all of it is over. */
export const periodBefore = (rhythm: ScheduleRhythm, dueOn: LocalDate): Period => ({
  from: rhythm === "weekly" ? addDays(dueOn, -7) : addMonths(dueOn, -1),
  to: addDays(dueOn, -1),
});

/** The next one after a day that a report was due on: none is left out, however late it is made. */
export const dueAfter = (rhythm: ScheduleRhythm, timeZone: string, dueOn: LocalDate): DueDay =>
  dueDay(timeZone, rhythm === "weekly" ? addDays(dueOn, 7) : addMonths(dueOn, 1));

/** The first one that is still to come, for a schedule that begins now or goes on after a pause. */
export function firstDue(rhythm: ScheduleRhythm, timeZone: string, now: Instant): DueDay {
  const today = dayIn(timeZone, now);
  const next =
    rhythm === "weekly" ? addDays(today, 7 - weekdayOf(today)) : addMonths(firstOfMonth(today), 1);
  return dueDay(timeZone, next);
}

const dueDay = (timeZone: string, nextOn: LocalDate): DueDay => ({
  nextOn,
  nextAt: startOfDayIn(timeZone, nextOn),
});
