import { defineErrors } from "#platform/kernel/errors";

export const reportsErrors = defineErrors("reports", {
  book_not_found: { kind: "not_found", title: "No such book" },
  report_not_found: { kind: "not_found", title: "No such report" },
  file_not_found: { kind: "not_found", title: "No such file" },
  file_unavailable: { kind: "unavailable", title: "The file cannot be read at present" },
  not_ready: { kind: "conflict", title: "The report is not ready" },
  already_over: { kind: "conflict", title: "The report is finished" },
  plan_limit_reached: { kind: "payment_required", title: "The plan does not include this" },
  too_many_reports: { kind: "limit", title: "Too many reports in a day" },
  too_many_kept: { kind: "conflict", title: "Too many reports are kept" },
  version_changed: { kind: "precondition_failed", title: "Changed meanwhile" },

  book_keeps_changing: { kind: "conflict", title: "The book keeps changing" },
  report_too_large: { kind: "invalid", title: "The report would be too large" },
  too_many_rows: { kind: "invalid", title: "Too many rows for this format" },
  no_bookings: { kind: "invalid", title: "There is nothing to book" },
  file_incomplete: { kind: "invalid", title: "The file does not have everything" },
  file_failed: { kind: "unavailable", title: "The file could not be made" },
  storage_failed: { kind: "unavailable", title: "Files could not be stored" },
  given_up: { kind: "unavailable", title: "The report was given up" },

  schedule_not_found: { kind: "not_found", title: "No such schedule" },
  too_many_schedules: { kind: "conflict", title: "Too many schedules" },
  owner_inactive: { kind: "conflict", title: "The owner's account is not active" },

  share_not_found: { kind: "not_found", title: "No such share" },
  share_password_required: { kind: "forbidden", title: "A password is needed" },
  share_password_wrong: { kind: "forbidden", title: "Not the password" },
  share_tries_used_up: { kind: "limit", title: "Too many wrong passwords" },
  too_many_shares: { kind: "conflict", title: "Too many shares" },
});
