import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type DailyTime, lastDue, nextDue } from "#platform/backup/due";
import { addSeconds, type Instant, instantAt } from "#platform/kernel/time";

const at = (text: string) => text as Instant;
const time = (clock: string, zone: string): DailyTime => {
  const [hour, minute] = clock.split(":").map(Number);
  return { hour: hour ?? 0, minute: minute ?? 0, zone };
};

describe("the time of the daily backup", () => {
  test.each([
    ["03:00", "UTC", "2026-11-23T02:59:59.999Z", "2026-11-23T03:00:00.000Z"],
    ["03:00", "UTC", "2026-11-23T03:00:00.000Z", "2026-11-24T03:00:00.000Z"],
    ["03:00", "Europe/Istanbul", "2026-11-23T00:00:00.000Z", "2026-11-24T00:00:00.000Z"],
    ["03:15", "Asia/Kathmandu", "2026-11-22T21:00:00.000Z", "2026-11-22T21:30:00.000Z"],
    // Berlin skips 02:00 to 03:00 on 29 March 2026: when clocks go on.
    ["02:30", "Europe/Berlin", "2026-03-28T12:00:00.000Z", "2026-03-29T01:00:00.000Z"],
    ["03:00", "Europe/Berlin", "2026-03-28T12:00:00.000Z", "2026-03-29T01:00:00.000Z"],
    // … and shows 02:30 twice on 25 October: the first time.
    ["02:30", "Europe/Berlin", "2026-10-24T12:00:00.000Z", "2026-10-25T00:30:00.000Z"],
    ["02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"],
    // Lord Howe skips half an hour, 02:00 to 02:30, on 4 October.
    ["02:10", "Australia/Lord_Howe", "2026-10-03T12:00:00.000Z", "2026-10-03T15:30:00.000Z"],
    ["02:40", "Australia/Lord_Howe", "2026-10-03T12:00:00.000Z", "2026-10-03T15:40:00.000Z"],
    // Apia left out 30 December 2011.
    ["03:00", "Pacific/Apia", "2011-12-29T14:00:00.000Z", "2011-12-30T10:00:00.000Z"],
  ])("%s in %s, after %s, is %s", (clock, zone, now, due) => {
    expect(nextDue(time(clock, zone), at(now))).toBe(at(due));
  });
});

const anyTime = fc.record({
  hour: fc.integer({ min: 0, max: 23 }),
  minute: fc.integer({ min: 0, max: 59 }),
  zone: fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
  ),
});
const anyMoment = fc
  .integer({ min: Date.parse("2025-01-01"), max: Date.parse("2028-01-01") })
  .map(instantAt);

test("between the last time and the next lies now, no other time, and about a day", () => {
  fc.assert(
    fc.property(anyTime, anyMoment, (daily, now) => {
      const [last, next] = [lastDue(daily, now), nextDue(daily, now)];
      expect(last <= now && now < next).toBe(true);
      expect(nextDue(daily, last)).toBe(next);
      expect(lastDue(daily, addSeconds(next, -1))).toBe(last);
      const hours = (Date.parse(next) - Date.parse(last)) / 3_600_000;
      expect(hours).toBeGreaterThanOrEqual(22);
      expect(hours).toBeLessThanOrEqual(26);
    }),
    { numRuns: 150 },
  );
});
