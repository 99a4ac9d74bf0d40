import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { addDays, epochMs, instantAt, type LocalDate } from "#platform/kernel/time";
import { hourOfDayIn, startOfDayIn } from "#platform/kernel/zone-day";

const hourOf = (zone: string, day: string, hour: number): string =>
  hourOfDayIn(zone, day as LocalDate, hour);

describe("an hour of a day in a zone", () => {
  test.each([
    ["UTC", "2026-12-13", 9, "2026-12-13T09:00:00.000Z"],
    ["Europe/Istanbul", "2026-12-13", 9, "2026-12-13T06:00:00.000Z"],
    ["America/St_Johns", "2026-12-13", 9, "2026-12-13T12:30:00.000Z"],
    ["Pacific/Kiritimati", "2026-12-13", 9, "2026-12-12T19:00:00.000Z"],
    ["Europe/Berlin", "2026-12-13", 0, "2026-12-12T23:00:00.000Z"],
    ["Europe/Berlin", "2026-12-13", 23, "2026-12-13T22:00:00.000Z"],
    // Clocks go forward from 2 to 3 and back from 3 to 2.
    ["Europe/Berlin", "2026-03-29", 9, "2026-03-29T07:00:00.000Z"],
    ["Europe/Berlin", "2026-03-29", 2, "2026-03-29T01:00:00.000Z"],
    ["Europe/Berlin", "2026-10-25", 9, "2026-10-25T08:00:00.000Z"],
    ["Europe/Berlin", "2026-10-25", 2, "2026-10-25T00:00:00.000Z"],
    // By two hours at once; at midnight; by half an hour.
    ["Antarctica/Troll", "2026-03-29", 9, "2026-03-29T07:00:00.000Z"],
    ["America/Havana", "2026-03-08", 9, "2026-03-08T13:00:00.000Z"],
    ["Australia/Lord_Howe", "2026-04-05", 9, "2026-04-04T22:30:00.000Z"],
    // Samoa had no 30 December 2011.
    ["Pacific/Apia", "2011-12-30", 9, "2011-12-30T10:00:00.000Z"],
    ["Pacific/Apia", "2011-12-31", 9, "2011-12-30T19:00:00.000Z"],
  ])("in %s on %s at %d is %s", (zone, day, hour, instant) =>
    expect(hourOf(zone, day, hour)).toBe(instant),
  );

  test("is within the day, not before its beginning, and is what the clocks show", () => {
    const zone = fc.constantFrom(
      "Europe/Berlin",
      "America/Havana",
      "Antarctica/Troll",
      "Asia/Tehran",
    );
    const days = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(zone, days, fc.integer({ min: 0, max: 23 }), (timeZone, offset, hour) => {
        const day = addDays("1975-01-01" as LocalDate, offset);
        const found = hourOfDayIn(timeZone, day, hour);
        const shownAt = (ms: number) => new Date(ms).toLocaleString("sv-SE", { timeZone });
        expect(found >= startOfDayIn(timeZone, day)).toBe(true);
        expect(shownAt(epochMs(found)) >= `${day} ${String(hour).padStart(2, "0")}`).toBe(true);
        const before = instantAt(epochMs(found) - 1);
        if (before >= startOfDayIn(timeZone, day))
          expect(Number(shownAt(epochMs(before)).slice(11, 13))).toBeLessThan(hour);
      }),
      { numRuns: 200 },
    );
  });
});
