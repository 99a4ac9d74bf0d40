import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  type DatedBackup,
  expiredBackups,
  keptDays,
  keptMonths,
  keptWeeks,
} from "#platform/backup/retention";
import { instantAt } from "#platform/kernel/time";
import { dayIn } from "#platform/kernel/zone-day";

const hourMs = 3_600_000;
const zones = ["UTC", "Europe/Istanbul", "America/New_York", "Pacific/Apia"] as const;
const start = Date.parse("2024-12-01T00:00:00Z");

/** Several a day, days left out, years on end; each with what it may hold. */
const backups = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 800 * 24 }), fc.boolean(), fc.boolean()), {
    maxLength: 120,
    selector: ([hour]) => hour,
  })
  .map((all) =>
    all.map(([hour, log, objects]) => backupAt(start + hour * hourMs, { log, objects })),
  );
const backupAt = (atMs: number, parts = { log: false, objects: false }): DatedBackup => ({
  ...{ name: `b${atMs}`, takenAt: instantAt(atMs), ...parts },
});

const mondayOf = (day: string): string => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
};

const periods = () =>
  [
    [keptDays, (day: string) => day],
    [keptWeeks, mondayOf],
    [keptMonths, (day: string) => day.slice(0, 7)],
  ] as const;

/** As it runs: right after the newest was made. */
const nowOf = (all: readonly DatedBackup[]) =>
  all
    .map(({ takenAt }) => takenAt)
    .sort()
    .at(-1) ?? instantAt(start);
const keptOf = (all: readonly DatedBackup[], timeZone: string, now = nowOf(all)) => {
  const expired = new Set(expiredBackups(all, { timeZone, now }));
  return all.filter((backup) => !expired.has(backup));
};
const sizeOf = ({ log, objects }: DatedBackup) => Number(log) + Number(objects);
/** Whether `a` stands for its day rather than `b`. */
const isBetter = (a: DatedBackup, b: DatedBackup) =>
  sizeOf(a) === sizeOf(b) ? a.takenAt > b.takenAt : sizeOf(a) > sizeOf(b);

test("kept is the fullest of a day, of the last days, weeks and months, and all of 48 hours", () => {
  fc.assert(
    fc.property(backups, fc.constantFrom(...zones), fc.nat(100), (all, zone, hoursLater) => {
      const now = instantAt(Date.parse(nowOf(all)) + hoursLater * hourMs);
      const ofDays = new Map<string, DatedBackup>();
      for (const backup of all) {
        const day = dayIn(zone, backup.takenAt);
        const other = ofDays.get(day);
        if (!other || isBetter(backup, other)) ofDays.set(day, backup);
      }
      const wanted = new Set(
        all.filter(
          ({ takenAt }) =>
            takenAt === nowOf(all) || Date.parse(takenAt) >= Date.parse(now) - 48 * hourMs,
        ),
      );
      for (const [count, periodOf] of periods()) {
        const lastDays = new Map<string, string>();
        for (const day of [...ofDays.keys()].sort()) lastDays.set(periodOf(day), day);
        for (const period of [...lastDays.keys()].sort().reverse().slice(0, count)) {
          const backup = ofDays.get(lastDays.get(period) ?? "");
          if (backup) wanted.add(backup);
        }
      }
      expect(new Set(keptOf(all, zone, now))).toEqual(wanted);
    }),
    { numRuns: 150 },
  );
});

test("deleting again deletes nothing more, and the newest of all is always kept", () => {
  fc.assert(
    fc.property(backups, fc.constantFrom(...zones), fc.nat(5_000), (all, zone, hoursLater) => {
      const now = instantAt(Date.parse(nowOf(all)) + hoursLater * hourMs);
      const kept = keptOf(all, zone, now);
      expect(keptOf(kept, zone, now)).toEqual(kept);
      const newest = all.toSorted((a, b) => (a.takenAt < b.takenAt ? 1 : -1))[0];
      expect(newest === undefined || kept.includes(newest)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test("the way back of an upgrade outlives the nightly backup, and the one with LogDB a run without", () => {
  const at = (text: string, log = false) => backupAt(Date.parse(text), { log, objects: false });
  const upgrade = at("2026-11-23T02:00:00.000Z");
  const nightly = at("2026-11-23T03:00:00.000Z", true);
  const without = at("2026-11-23T09:00:00.000Z");
  expect(keptOf([upgrade, nightly], "UTC")).toEqual([upgrade, nightly]);
  const later = at("2026-11-26T03:00:00.000Z", true);
  expect(keptOf([upgrade, nightly, without, later], "UTC")).toEqual([nightly, later]);
});

test("one a day for two years leaves 7 days, 4 weeks and 12 months", () => {
  let kept: DatedBackup[] = [];
  for (let day = 0; day < 730; day += 1) {
    const atMs = Date.parse("2025-01-01T03:00:00Z") + day * 24 * hourMs;
    kept = keptOf([...kept, backupAt(atMs)], "UTC");
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
