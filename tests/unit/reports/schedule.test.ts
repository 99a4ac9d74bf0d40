import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { addMonths, isLastOfMonth, weekdayOf } from "#modules/reports/domain/calendar";
import { dueAfter, firstDue, periodBefore } from "#modules/reports/domain/schedule";
import {
  addDays,
  addSeconds,
  type Instant,
  parseInstant,
  parseLocalDate,
} from "#platform/kernel/time";
import { dayIn, isTimeZone, startOfDayIn } from "#platform/kernel/zone-day";

const day = (text: string) => parseLocalDate(text);
const at = (text: string) => parseInstant(text);

describe("the beginning of a day in a zone", () => {
  test.each([
    ["UTC", "2026-11-01", "2026-11-01T00:00:00.000Z"],
    ["Europe/Istanbul", "2026-11-01", "2026-10-31T21:00:00.000Z"],
    ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z"],
    ["Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00.000Z"],
    ["Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00.000Z"],
    ["Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00.000Z"],
    ["America/New_York", "2026-11-02", "2026-11-02T05:00:00.000Z"],
    ["Pacific/Kiritimati", "2026-06-01", "2026-05-31T10:00:00.000Z"],
    ["Etc/GMT+12", "2026-06-01", "2026-06-01T12:00:00.000Z"],
    ["Asia/Kathmandu", "2026-06-01", "2026-05-31T18:15:00.000Z"],
  ])("of %s, %s is %s", (zone, on, instant) => {
    expect(startOfDayIn(zone, day(on))).toBe(at(instant));
  });

  test("where clocks skip midnight is their first hour that there is", () => {
    // In Beirut 2022-03-27 began at one o'clock.
    expect(startOfDayIn("Asia/Beirut", day("2022-03-27"))).toBe(at("2022-03-26T22:00:00.000Z"));
    // Samoa had no 30 December 2011.
    expect(startOfDayIn("Pacific/Apia", day("2011-12-30"))).toBe(at("2011-12-30T10:00:00.000Z"));
    expect(startOfDayIn("Pacific/Apia", day("2011-12-31"))).toBe(at("2011-12-30T10:00:00.000Z"));
  });

  test("where clocks pass midnight twice is the second one: the day before is over only then", () => {
    // In São Paulo 2018-02-18 began, went back to 23:00 of the 17th, and began again.
    expect(startOfDayIn("America/Sao_Paulo", day("2018-02-18"))).toBe(
      at("2018-02-18T03:00:00.000Z"),
    );
  });

  const zones = [
    "Europe/Berlin",
    "America/St_Johns",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Asia/Tehran",
  ];
  test("property: it is that day from then on for an hour, and was none of it the second before", () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.nat(10_000), (zone, offset) => {
        const on = addDays(day("2010-01-01"), offset);
        const start = startOfDayIn(zone, on);
        for (const seconds of [0, 60, 1_800, 3_599])
          expect(dayIn(zone, addSeconds(start, seconds))).toBe(on);
        expect(dayIn(zone, addSeconds(start, -1))).toBe(addDays(on, -1));
      }),
      { numRuns: 150 },
    );
  });

  test("zones are places", () => {
    expect(["Europe/Istanbul", "UTC", "Asia/Kolkata"].map(isTimeZone)).toEqual([true, true, true]);
    expect(["", "Mars/Olympus", "+03:00", "GMT+3:00x", " "].some(isTimeZone)).toBe(false);
  });
});

describe("a weekly schedule", () => {
  test("is due on Mondays, of the seven days before", () => {
    const due = firstDue("weekly", "Europe/Istanbul", at("2026-11-22T12:00:00Z"));
    expect(due).toEqual({ nextOn: day("2026-11-23"), nextAt: at("2026-11-22T21:00:00Z") });
    expect(periodBefore("weekly", due.nextOn)).toEqual({
      from: day("2026-11-16"),
      to: day("2026-11-22"),
    });
  });

  test("that is made on a Monday begins with the next one", () => {
    expect(firstDue("weekly", "UTC", at("2026-11-23T00:00:00Z")).nextOn).toBe(day("2026-11-30"));
  });

  test("counts days where its owner is: there it may be Monday already", () => {
    const now = at("2026-11-22T22:00:00Z");
    expect(firstDue("weekly", "Europe/Istanbul", now).nextOn).toBe(day("2026-11-30"));
    expect(firstDue("weekly", "Europe/London", now).nextOn).toBe(day("2026-11-23"));
  });
});

describe("a monthly schedule", () => {
  test("is due on the first, of the month before", () => {
    const due = firstDue("monthly", "Europe/Berlin", at("2026-10-20T12:00:00Z"));
    expect(due).toEqual({ nextOn: day("2026-11-01"), nextAt: at("2026-10-31T23:00:00Z") });
    expect(periodBefore("monthly", due.nextOn)).toEqual({
      from: day("2026-10-01"),
      to: day("2026-10-31"),
    });
  });

  test("keeps to local midnight when the clocks change", () => {
    const march = dueAfter("monthly", "Europe/Berlin", day("2026-03-01"));
    expect(march).toEqual({ nextOn: day("2026-04-01"), nextAt: at("2026-03-31T22:00:00Z") });
  });
});

test("property: periods follow each other without a gap and without a day twice, for years", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("weekly" as const, "monthly" as const),
      fc.constantFrom("Europe/Berlin", "Asia/Beirut", "Pacific/Auckland"),
      fc.date({ min: new Date("2015-01-01"), max: new Date("2030-01-01"), noInvalidDate: true }),
      (rhythm, zone, now) => {
        const instant = now.toISOString() as Instant;
        let due = firstDue(rhythm, zone, instant);
        expect(due.nextAt > instant).toBe(true);
        let { to: last } = periodBefore(rhythm, due.nextOn);
        expect(last >= dayIn(zone, instant)).toBe(true);
        for (let turn = 0; turn < 14; turn += 1) {
          const next = dueAfter(rhythm, zone, due.nextOn);
          const period = periodBefore(rhythm, next.nextOn);
          expect(period.from).toBe(addDays(last, 1));
          expect(period.to).toBe(addDays(next.nextOn, -1));
          expect(next.nextAt > due.nextAt).toBe(true);
          if (rhythm === "weekly") expect(weekdayOf(next.nextOn)).toBe(0);
          else expect(isLastOfMonth(period.to)).toBe(true);
          [due, last] = [next, period.to];
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("months are added to firsts, forwards and backwards", () => {
  expect(addMonths(day("2026-01-01"), 14)).toBe(day("2027-03-01"));
  expect(addMonths(day("2026-03-01"), -3)).toBe(day("2025-12-01"));
  expect(addMonths(day("2026-03-01"), 0)).toBe(day("2026-03-01"));
});
