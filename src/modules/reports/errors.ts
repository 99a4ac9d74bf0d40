import { defineErrors } from "#platform/kernel/errors";

export const reportsErrors = defineErrors("reports", {
  report_not_found: { kind: "not_found", title: "No such report" },
  file_not_found: { kind: "not_found", title: "No such file" },
  file_unavailable: { kind: "unavailable", title: "The file cannot be read at present" },
  not_ready: { kind: "conflict", title: "The report is not ready" },
  already_over: { kind: "conflict", title: "The report is finished" },
  plan_limit_reached: { kind: "payment_required", title: "The plan does not include this" },
  too_many_reports: { kind: "limit", title: "Too many reports" },
  version_changed: { kind: "precondition_failed", title: "Changed meanwhile" },
  schedule_not_found: { kind: "not_found", title: "No such schedule" },
  too_many_schedules: { kind: "conflict", title: "Too many schedules" },
  share_not_found: { kind: "not_found", title: "No such share" },
  too_many_shares: { kind: "conflict", title: "Too many shares" },
});
