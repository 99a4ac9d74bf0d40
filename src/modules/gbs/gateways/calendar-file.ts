import ical, { ICalAlarmType } from "ical-generator";
import { dateOf, type Instant, startOfUtcDay } from "#platform/kernel/time";
import type { PlanCalendar } from "../domain/calendar/plan-calendar.ts";

/** A calendar as a file (RFC 5545), of the moment that it is made at. */
export type WriteCalendar = (calendar: PlanCalendar, madeAt: Instant) => string;

const product = { company: "FinTrack", product: "FinTrack" };

export const writeCalendar: WriteCalendar = ({ name, days }, madeAt) => {
  // The library writes the name as it is: never somebody's words.
  const calendar = ical({ name, prodId: product });
  for (const { uid, sequence, day, summary, description, alarmsBeforeSeconds } of days) {
    const event = calendar.createEvent({
      ...{ id: uid, sequence, allDay: true, stamp: dateOf(madeAt) },
      start: dateOf(startOfUtcDay(day)),
      ...{ summary: inText(summary), description: inText(description) },
    });
    for (const triggerBefore of alarmsBeforeSeconds)
      event.createAlarm({
        ...{ type: ICalAlarmType.display, triggerBefore },
        description: inText(summary),
      });
  }
  return calendar.toString();
};

/** Controls have no place in a text (RFC 5545, 3.3.11), but for the line feed, which the library escapes. */
const inText = (text: string): string =>
  text.replace(/\r\n?|[\u2028\u2029]/g, "\n").replace(control, " ");
const control = /(?!\n)\p{Cc}/gu;
