import type { NotificationDefinition } from "#platform/notify/notifications";
import { de } from "./texts/de.ts";
import { en } from "./texts/en.ts";
import { tr } from "./texts/tr.ts";

type Kind = keyof typeof en;

/** Whoever has not read it by then has looked for the report. */
const noticeSeconds = 3 * 86_400;

/** The names of a message's data are kept literal, so that a missing datum does not compile. */
const told = <const Data extends readonly string[]>(kind: Kind, data: Data) => ({
  category: "reports" as const,
  expiresAfterSeconds: noticeSeconds,
  data,
  texts: { en: en[kind], tr: tr[kind], de: de[kind] },
});

/**
 * What this module tells people. `report` is the name of its files without their ending, `schedule` what its owner calls
 * it, `link` an address of ours: a message brings no figures and no file.
 */
export const reportsNotifications = {
  "reports.report_ready": told("reports.report_ready", ["report", "link"]),
  "reports.report_failed": told("reports.report_failed", ["report", "link"]),
  /** The plan of its owner no longer includes what it asks for. */
  "reports.schedule_paused_by_plan": told("reports.schedule_paused_by_plan", ["schedule", "link"]),
  /** Its report could not be asked for, for a reason that the schedule states. */
  "reports.schedule_paused": told("reports.schedule_paused", ["schedule", "link"]),
  /**
   * To whom its owner names, who needs no account. `time`: the link works until then. Nobody can switch it off, for nobody
   * gets many: see what limits them.
   */
  "reports.report_shared": {
    ...told("reports.report_shared", ["sharer", "link", "time"]),
    category: null,
  },
} as const satisfies Readonly<Record<string, NotificationDefinition>>;
