import type { NotificationText } from "#platform/notify/notifications";

/** English, which also names the kinds that the other languages must have. */
export const en = {
  "reports.report_ready": {
    subject: "Your report {report} is ready",
    paragraphs: ["The files of your report “{report}” are ready. You can fetch them for 30 days."],
    action: { label: "Open the report", url: "{link}" },
  },
  "reports.report_failed": {
    subject: "Your report {report} could not be made",
    paragraphs: [
      "Your report “{report}” could not be made; there is no file of it. What stood in the way, and what helps, is said with the report.",
    ],
    action: { label: "Open the report", url: "{link}" },
  },
  "reports.schedule_paused_by_plan": {
    subject: "Your scheduled reports are paused",
    paragraphs: [
      "Your plan no longer includes what the schedule “{schedule}” asks for. It is paused, and nothing of it is lost.",
      "Choose a plan that includes it, or other formats, and let it go on.",
    ],
    action: { label: "Open the schedule", url: "{link}" },
  },
  "reports.schedule_paused": {
    subject: "Your scheduled reports are paused",
    paragraphs: [
      "The schedule “{schedule}” could not make its report and is paused. Why is said with the schedule; when that is mended, let it go on.",
    ],
    action: { label: "Open the schedule", url: "{link}" },
  },
  "reports.report_shared": {
    subject: "{sharer} shares a financial report with you",
    paragraphs: [
      "{sharer} has made a report with FinTrack and shares its files with you. You need no account to open it.",
    ],
    action: { label: "Open the report", url: "{link}" },
    closing: [
      "The link works until {time}. If it asks for a password, {sharer} knows it.",
      "Please do not pass the link on: whoever has it sees the report. If you do not know {sharer}, ignore this message.",
    ],
  },
} as const satisfies Readonly<Record<string, NotificationText>>;
