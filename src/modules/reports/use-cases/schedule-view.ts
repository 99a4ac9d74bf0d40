import type { ReportSchedule } from "../contract.ts";
import type { StoredSchedule } from "../deps.ts";
import { periodBefore } from "../domain/schedule.ts";

export const scheduleView = (row: StoredSchedule): ReportSchedule => ({
  ...row.scope,
  ...{ id: row.id, name: row.name, rhythm: row.rhythm },
  state: row.nextOn === null ? "paused" : "active",
  pausedFor: row.pausedFor,
  nextOn: row.nextOn,
  nextPeriod: row.nextOn === null ? null : periodBefore(row.rhythm, row.nextOn),
  ...{ createdBy: row.createdBy, createdAt: row.createdAt, updatedAt: row.updatedAt },
  version: row.version,
});
