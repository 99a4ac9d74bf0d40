import type { Instant, LocalDate } from "../kernel/time.ts";
import { addDays, addSeconds } from "../kernel/time.ts";
import { dayIn } from "../kernel/zone-day.ts";
import type { BackupParts } from "./backup-name.ts";

/** Of so many days, weeks and months that have a backup, one of each is kept. */
export const keptDays = 7;
export const keptWeeks = 4;
export const keptMonths = 12;
/** Every one is kept so long: the way back of an upgrade at 02:00 outlives the backup of 03:00, and a weekend's day. */
export const keptSeconds = 48 * 3_600;

export type DatedBackup = BackupParts & { readonly name: string; readonly takenAt: Instant };

/**
 * The backups that are kept no longer: those that are older than {@link keptSeconds} and not the one of the last
 * {@link keptDays} days, {@link keptWeeks} weeks (from Monday) or {@link keptMonths} months with a backup, by the calendar
 * of `timeZone`. Of a day that is the one that holds the most, of those the newest; of a week or month that of its last
 * day. The newest of all is never among them.
 */
export function expiredBackups<B extends DatedBackup>(
  backups: readonly B[],
  { timeZone, now }: { readonly timeZone: string; readonly now: Instant },
): readonly B[] {
  const newestFirst = backups.toSorted((a, b) =>
    a.takenAt === b.takenAt ? (a.name < b.name ? 1 : -1) : a.takenAt < b.takenAt ? 1 : -1,
  );
  const young = addSeconds(now, -keptSeconds);
  const kept = new Set(newestFirst.filter(({ takenAt }, at) => at === 0 || takenAt >= young));
  const ofDays = new Map<LocalDate, B>();
  for (const backup of newestFirst) {
    const day = dayIn(timeZone, backup.takenAt);
    const other = ofDays.get(day);
    if (!other || partsOf(backup) > partsOf(other)) ofDays.set(day, backup);
  }
  for (const [count, periodOf] of [
    [keptDays, (day: LocalDate) => day],
    [keptWeeks, mondayOf],
    [keptMonths, (day: LocalDate) => day.slice(0, 7)],
  ] as const) {
    const periods = new Set<string>();
    for (const [day, backup] of ofDays) {
      const period = periodOf(day);
      if (periods.has(period)) continue;
      if (periods.size === count) break;
      periods.add(period);
      kept.add(backup);
    }
  }
  return newestFirst.filter((backup) => !kept.has(backup));
}

const partsOf = ({ log, objects }: BackupParts): number => Number(log) + Number(objects);

/** 1970-01-05 was a Monday. */
function mondayOf(day: LocalDate): LocalDate {
  const days = Math.round((Date.parse(day) - Date.parse("1970-01-05")) / 86_400_000);
  return addDays(day, -(((days % 7) + 7) % 7));
}
