import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  type DatedBackup,
  expiredBackups,
  keptDays,
  keptMonths,
  keptWeeks,
} from "#platform/backup/retention";
import { type Instant, instantAt } from "#platform/kernel/time";
import { dayIn } from "#platform/kernel/zone-day";

const hourMs = 3_600_000;
const zones = ["UTC", "Europe/Istanbul", "America/New_York", "Pacific/Apia"] as const;
const start = Date.parse("2024-12-01T00:00:00Z");

/** Several a day, days left out, years on end. */
const backups = fc
  .uniqueArray(fc.integer({ min: 0, max: 800 * 24 }), { maxLength: 120 })
  .map((hours) =>
    hours.map(
      (hour): DatedBackup => ({ name: `b${hour}`, takenAt: instantAt(start + hour * hourMs) }),
    ),
  );

const mondayOf = (day: string): string => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
};

const periods = (zone: string) =>
  [
    [keptDays, (at: Instant) => dayIn(zone, at)],
    [keptWeeks, (at: Instant) => mondayOf(dayIn(zone, at))],
    [keptMonths, (at: Instant) => dayIn(zone, at).slice(0, 7)],
  ] as const;

const keptOf = (all: readonly DatedBackup[], zone: string) => {
  const expired = new Set(expiredBackups(all, zone));
  return all.filter((backup) => !expired.has(backup));
};

test("what is kept is the newest of its day, week or month, and of the last ones", () => {
  fc.assert(
    fc.property(backups, fc.constantFrom(...zones), (all, zone) => {
      const wanted = new Set<DatedBackup>();
      for (const [count, periodOf] of periods(zone)) {
        const newest = new Map<string, DatedBackup>();
        for (const backup of all) {
          const period = periodOf(backup.takenAt);
          const other = newest.get(period);
          if (!other || other.takenAt < backup.takenAt) newest.set(period, backup);
        }
        const last = [...newest.keys()].sort().reverse().slice(0, count);
        for (const period of last) {
          const backup = newest.get(period);
          if (backup) wanted.add(backup);
        }
      }
      expect(new Set(keptOf(all, zone))).toEqual(wanted);
    }),
    { numRuns: 150 },
  );
});

test("deleting again deletes nothing more, and the newest of all is always kept", () => {
  fc.assert(
    fc.property(backups, fc.constantFrom(...zones), (all, zone) => {
      const kept = keptOf(all, zone);
      expect(expiredBackups(kept, zone)).toEqual([]);
      const newest = all.toSorted((a, b) => (a.takenAt < b.takenAt ? 1 : -1))[0];
      expect(newest === undefined || kept.includes(newest)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test("one a day for two years leaves 7 days, 4 weeks and 12 months", () => {
  let kept: DatedBackup[] = [];
  for (let day = 0; day < 730; day += 1) {
    const takenAt = instantAt(Date.parse("2025-01-01T03:00:00Z") + day * 24 * hourMs);
    kept = keptOf([...kept, { name: `b${day}`, takenAt }], "UTC");
  }
  expect(
    kept
      .map(({ takenAt }) => takenAt.slice(0, 10))
      .sort()
      .reverse(),
  ).toEqual([
    ...["2026-12-31", "2026-12-30", "2026-12-29", "2026-12-28", "2026-12-27", "2026-12-26"],
    ...["2026-12-25", "2026-12-20", "2026-12-13", "2026-11-30", "2026-10-31", "2026-09-30"],
    ...["2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31", "2026-04-30", "2026-03-31"],
    ...["2026-02-28", "2026-01-31"],
  ]);
});
