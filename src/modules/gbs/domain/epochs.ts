import type { Id } from "#platform/kernel/ids";
import {
  addDays,
  dateOf,
  type Instant,
  type LocalDate,
  startOfUtcDay,
  utcDayOf,
} from "#platform/kernel/time";

/** The public half of a key that recordings are wrapped to while they are reviewed. */
export type ReviewEpoch = {
  readonly id: Id;
  /** The Monday on which it begins, in UTC. */
  readonly week: LocalDate;
  /** "age1…" */
  readonly recipient: string;
};

const weekDays = 7;
/** Somebody who asked for the key at the end of its week may need that long to say what he wrapped to it. */
const graceDays = 1;

/** The Monday on which the week of an instant begins, in UTC. */
export function weekOf(at: Instant): LocalDate {
  const day = utcDayOf(at);
  const sinceMonday = (dateOf(startOfUtcDay(day)).getUTCDay() + weekDays - 1) % weekDays;
  return addDays(day, -sinceMonday);
}

/** Nothing more is wrapped to keys of weeks that began on this day or earlier. */
export const lastPastWeek = (now: Instant): LocalDate =>
  addDays(weekOf(startOfUtcDay(addDays(utcDayOf(now), -graceDays))), -weekDays);
