import type { Instant, LocalDate } from "../kernel/time.ts";
import { addDays } from "../kernel/time.ts";
import { dayIn } from "../kernel/zone-day.ts";

/** Of so many days, weeks and months that have a backup, the newest of each is kept. */
export const keptDays = 7;
export const keptWeeks = 4;
export const keptMonths = 12;

export type DatedBackup = { readonly name: string; readonly takenAt: Instant };

/**
 * The backups that are kept no longer: those that are not the newest of one of the last {@link keptDays} days,
 * {@link keptWeeks} weeks (from Monday) or {@link keptMonths} months with a backup, by the calendar of `timeZone`.
 * The newest of all is never among them.
 */
export function expiredBackups<B extends DatedBackup>(
  backups: readonly B[],
  timeZone: string,
): readonly B[] {
  const newestFirst = backups.toSorted((a, b) =>
    a.takenAt === b.takenAt ? (a.name < b.name ? 1 : -1) : a.takenAt < b.takenAt ? 1 : -1,
  );
  const kept = new Set<B>();
  for (const [count, periodOf] of [
    [keptDays, (day: LocalDate) => day],
    [keptWeeks, mondayOf],
    [keptMonths, (day: LocalDate) => day.slice(0, 7)],
  ] as const) {
    const periods = new Set<string>();
    for (const backup of newestFirst) {
      const period = periodOf(dayIn(timeZone, backup.takenAt));
      if (periods.has(period)) continue;
      if (periods.size === count) break;
      periods.add(period);
      kept.add(backup);
    }
  }
  return newestFirst.filter((backup) => !kept.has(backup));
}

/** 1970-01-05 was a Monday. */
function mondayOf(day: LocalDate): LocalDate {
  const days = Math.round((Date.parse(day) - Date.parse("1970-01-05")) / 86_400_000);
  return addDays(day, -(((days % 7) + 7) % 7));
}
