import type { Dashboard } from "./panel.ts";

export const jobs: Dashboard = {
  uid: "fintrack-jobs",
  title: "jobs, mail, backups",
  panels: [
    {
      title: "Waiting",
      unit: "short",
      queries: { "{{queue}}": "max by (queue) (fintrack_jobs_waiting) > 0 or vector(0)" },
    },
    {
      title: "Due and taken by nobody since",
      unit: "s",
      queries: { "{{queue}}": "topk(10, max by (queue) (fintrack_jobs_due_age_seconds))" },
    },
    {
      title: "Runs",
      unit: "ops",
      queries: {
        "{{queue}} {{outcome}}":
          "topk(15, sum by (queue, outcome) (rate(fintrack_jobs_total[5m])))",
      },
    },
    {
      title: "Duration (p95)",
      unit: "s",
      queries: {
        "{{queue}}":
          "topk(15, histogram_quantile(0.95, sum by (queue, le) (rate(fintrack_job_duration_seconds_bucket[15m]))))",
      },
    },
    {
      title: "Running",
      unit: "short",
      queries: {
        "{{queue}}": "sum by (queue) (fintrack_jobs_running)",
        "on all nodes": "sum(max by (queue) (fintrack_jobs_active))",
      },
    },
    {
      title: "Given up",
      unit: "short",
      queries: {
        "{{queue}} within the hour": "max by (queue) (fintrack_jobs_given_up) > 0 or vector(0)",
        "{{queue}} dead": "max by (queue) (fintrack_jobs_dead) > 0 or vector(0)",
      },
    },
    {
      title: "Mails",
      unit: "ops",
      queries: {
        "{{kind}} {{outcome}}": "sum by (kind, outcome) (rate(fintrack_mails_total[5m]))",
      },
    },
    {
      title: "Mails that wait",
      unit: "short",
      queries: { mails: 'max(fintrack_jobs_waiting{queue="notify.send"})' },
    },
    {
      title: "The oldest mail that waits",
      unit: "s",
      queries: { age: 'max(fintrack_jobs_oldest_age_seconds{queue="notify.send"})' },
    },
    {
      title: "Age of the newest backup and drill",
      unit: "s",
      queries: { "{{kind}}": "kind:fintrack_backup_age_seconds" },
    },
    {
      title: "Failures of backups and drills",
      unit: "short",
      queries: { "{{kind}}": "max by (kind) (fintrack_backup_failures_total)" },
    },
    { title: "Jobs paused", unit: "short", queries: { paused: "max(fintrack_jobs_paused)" } },
    {
      title: "Records of requests that MainDB does not have yet",
      unit: "short",
      queries: { "{{instance}}": "fintrack_audit_outcomes_waiting" },
    },
  ],
};
