import type { ReportScope } from "../contract.ts";

/** `weekly`: on Mondays, of the seven days before; `monthly`: on the first, of the month before. */
export type ScheduleRhythm = "weekly" | "monthly";

/** What each of its reports is asked for with; the days come from the rhythm. */
export type ScheduleScope = Omit<ReportScope, "from" | "to">;
