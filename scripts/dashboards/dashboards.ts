import type { Dashboard } from "./panel.ts";

/** In Prometheus the label "job" is what was scraped; ours of that name is there "queue" (deploy/prometheus). */
export const dashboards: readonly Dashboard[] = [
  {
    uid: "fintrack-overview",
    title: "overview",
    panels: [
      {
        title: "API processes",
        kind: "stat",
        unit: "short",
        queries: { up: 'sum(up{job="api"})' },
      },
      { title: "Workers", kind: "stat", unit: "short", queries: { up: 'sum(up{job="worker"})' } },
      {
        title: "Alerts",
        kind: "stat",
        unit: "short",
        queries: { firing: 'count(ALERTS{alertstate="firing"}) or vector(0)' },
      },
      {
        title: "Audit trail behind by",
        kind: "stat",
        unit: "s",
        queries: { lag: "fintrack_audit_lag_seconds:min" },
      },
      {
        title: "Newest backup",
        kind: "stat",
        unit: "s",
        queries: { age: 'kind:fintrack_backup_age_seconds{kind="backup"}' },
      },
      {
        title: "Age of the rates",
        kind: "stat",
        unit: "s",
        queries: { age: 'max(fintrack_rates_age_seconds{source="market"})' },
      },
      { title: "Requests", unit: "reqps", queries: { requests: "fintrack_http_requests:rate5m" } },
      {
        title: "Share of 5xx",
        unit: "percentunit",
        queries: { errors: "fintrack_http_errors:ratio_rate5m" },
      },
      {
        title: "Latency",
        unit: "s",
        queries: {
          p95: "fintrack_http_request_duration_seconds:p95_5m",
          p99: "fintrack_http_request_duration_seconds:p99_5m",
        },
      },
      {
        title: "What works (1) and what does not (0)",
        unit: "short",
        queries: { "{{job}}: {{check}}": "min by (job, check) (fintrack_health_check_ok)" },
      },
      {
        title: "Processor of the machine in use",
        unit: "percentunit",
        queries: { used: '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m]))' },
      },
      {
        title: "Memory of the machine left",
        unit: "percentunit",
        queries: { left: "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes" },
      },
      {
        title: "Disk left",
        unit: "percentunit",
        queries: {
          "{{mountpoint}}":
            'min by (mountpoint) (node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660"} / node_filesystem_size_bytes)',
        },
      },
      {
        title: "Memory of containers",
        unit: "bytes",
        queries: { "{{id}}": 'sum by (id) (container_memory_working_set_bytes{id=~".*docker.+"})' },
      },
      {
        title: "Processor of containers",
        unit: "short",
        queries: {
          "{{id}}": 'sum by (id) (rate(container_cpu_usage_seconds_total{id=~".*docker.+"}[5m]))',
        },
      },
      {
        title: "Containers held back by their limit",
        unit: "percentunit",
        queries: {
          "{{id}}":
            'sum by (id) (rate(container_cpu_cfs_throttled_seconds_total{id=~".*docker.+"}[5m]))',
        },
      },
    ],
  },
  {
    uid: "fintrack-api",
    title: "API",
    panels: [
      {
        title: "Requests by route",
        unit: "reqps",
        queries: {
          "{{method}} {{route}}":
            "topk(15, sum by (method, route) (route:fintrack_http_requests:rate5m))",
        },
      },
      {
        title: "Answers by status",
        unit: "reqps",
        queries: { "{{status}}": "sum by (status) (route:fintrack_http_requests:rate5m)" },
      },
      {
        title: "p95 by route",
        unit: "s",
        queries: {
          "{{method}} {{route}}":
            'topk(15, histogram_quantile(0.95, sum by (method, route, le) (rate(fintrack_http_request_duration_seconds_bucket{route!~"/health/.*"}[5m]))))',
        },
      },
      {
        title: "Failures by route",
        kind: "table",
        unit: "short",
        queries: {
          failures:
            'sort_desc(sum by (method, route, status) (increase(fintrack_http_request_duration_seconds_count{status=~"[45]..",route!~"/health/.*"}[1h])))',
        },
      },
      {
        title: "Requests without an answer yet",
        unit: "short",
        queries: { "{{instance}}": "fintrack_http_requests_in_flight" },
      },
      {
        title: "Event loop: how late it is (p99)",
        unit: "s",
        queries: { "{{job}} {{instance}}": "instance:fintrack_event_loop_lag_seconds:p99_5m" },
      },
      {
        title: "Memory of processes",
        unit: "bytes",
        queries: { "{{job}} {{instance}}": 'process_resident_memory_bytes{job=~"api|worker"}' },
      },
      {
        title: "Processor of processes",
        unit: "short",
        queries: {
          "{{job}} {{instance}}": 'rate(process_cpu_seconds_total{job=~"api|worker"}[5m])',
        },
      },
      {
        title: "Password hashes",
        unit: "short",
        queries: {
          "running {{instance}}": "fintrack_cpu_gate_running",
          "waiting {{instance}}": "fintrack_cpu_gate_waiting",
          "refused a minute {{instance}}": "60 * rate(fintrack_cpu_gate_refused_total[5m])",
        },
      },
      {
        title: "Calls between modules (p95)",
        unit: "s",
        queries: {
          "{{call}}":
            "topk(15, histogram_quantile(0.95, sum by (call, le) (rate(fintrack_port_call_duration_seconds_bucket[5m]))))",
        },
      },
      {
        title: "Running since",
        kind: "table",
        unit: "s",
        queries: {
          "{{instance}}":
            "process_uptime_seconds * on (job, instance) group_left (version, bun) fintrack_build_info",
        },
      },
    ],
  },
  {
    uid: "fintrack-database",
    title: "databases and audit trail",
    panels: [
      {
        title: "Connections of the pools in use",
        unit: "percentunit",
        queries: {
          "{{instance}} {{pool}}":
            "fintrack_db_pool_connections_in_use / fintrack_db_pool_connections",
        },
      },
      {
        title: "Calls without a connection",
        unit: "short",
        queries: { "{{instance}} {{pool}}": "fintrack_db_pool_waiting_calls" },
      },
      {
        title: "Transactions",
        unit: "ops",
        queries: {
          "{{server}} committed": "sum by (server) (rate(pg_stat_database_xact_commit[5m]))",
          "{{server}} rolled back": "sum by (server) (rate(pg_stat_database_xact_rollback[5m]))",
        },
      },
      {
        title: "Connections of the servers",
        unit: "short",
        queries: {
          "{{server}}": "sum by (server) (pg_stat_database_numbackends)",
          "{{server}} at most": "max by (server) (pg_settings_max_connections)",
        },
      },
      {
        title: "Reads from the cache",
        unit: "percentunit",
        queries: {
          "{{server}}":
            "sum by (server) (rate(pg_stat_database_blks_hit[5m])) / (sum by (server) (rate(pg_stat_database_blks_hit[5m])) + sum by (server) (rate(pg_stat_database_blks_read[5m])))",
        },
      },
      {
        title: "Size",
        unit: "bytes",
        queries: { "{{server}} {{datname}}": 'pg_database_size_bytes{datname=~"main|log"}' },
      },
      {
        title: "Deadlocks",
        unit: "short",
        queries: { "{{server}}": "sum by (server) (increase(pg_stat_database_deadlocks[15m]))" },
      },
      {
        title: "Locks",
        unit: "short",
        queries: {
          "{{server}} {{mode}}": 'sum by (server, mode) (pg_locks_count{datname=~"main|log"}) > 0',
        },
      },
      {
        title: "Audit trail: behind MainDB by",
        unit: "s",
        queries: { lag: "fintrack_audit_lag_seconds:min" },
      },
      {
        title: "Audit trail: WAL kept for it",
        unit: "bytes",
        queries: {
          kept: "max(fintrack_audit_slot_kept_bytes)",
          "not read yet": "max(fintrack_audit_lag_bytes)",
          limit: "max(fintrack_audit_slot_limit_bytes)",
        },
      },
      {
        title: "Audit trail: entries",
        unit: "ops",
        queries: { "{{kind}}": "sum by (kind) (rate(fintrack_audit_entries_total[5m]))" },
      },
      {
        title: "Audit trail: what should not be",
        unit: "short",
        queries: {
          unattributed: "sum(increase(fintrack_audit_unattributed_changes_total[15m]))",
          unverified: "sum(increase(fintrack_audit_unverified_total[15m]))",
          drift: "max(fintrack_audit_drift_faults)",
          "records lost": "sum(increase(fintrack_audit_outcomes_lost_total[15m]))",
        },
      },
      {
        title: "Audit trail: who relays",
        unit: "short",
        queries: { "{{instance}} {{state}}": "fintrack_audit_relay_state == 1" },
      },
      {
        title: "Audit trail: last signature",
        unit: "s",
        queries: { age: "min(fintrack_audit_checkpoint_age_seconds)" },
      },
    ],
  },
  {
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
  },
  {
    uid: "fintrack-currency",
    title: "currency",
    panels: [
      {
        title: "Age of the rates",
        unit: "s",
        queries: { "{{source}}": "max by (source) (fintrack_rates_age_seconds)" },
      },
      {
        title: "Answers of providers",
        unit: "short",
        queries: {
          "{{provider}} {{outcome}}":
            "sum by (provider, outcome) (increase(fintrack_rates_polls_total[1h]))",
        },
      },
      {
        title: "Rates stored",
        unit: "short",
        queries: {
          "{{provider}} {{kind}}":
            "sum by (provider, kind) (increase(fintrack_rates_stored_total[1h]))",
        },
      },
      {
        title: "Rates refused",
        unit: "short",
        queries: {
          "{{provider}} {{reason}}":
            "sum by (provider, reason) (increase(fintrack_rates_quarantined_total[1h]))",
        },
      },
      {
        title: "Conversions",
        unit: "ops",
        queries: { "for a {{for}}": "sum by (for) (rate(fintrack_conversions_total[5m]))" },
      },
      {
        title: "Requests for currencies and rates (p95)",
        unit: "s",
        queries: {
          "{{route}}":
            'histogram_quantile(0.95, sum by (route, le) (rate(fintrack_http_request_duration_seconds_bucket{route=~"/v1/(currencies|rates|conversions).*"}[5m])))',
        },
      },
    ],
  },
  {
    uid: "fintrack-business",
    title: "business",
    panels: [
      {
        title: "Registrations of a day",
        kind: "stat",
        unit: "short",
        queries: { completed: 'sum(increase(fintrack_registrations_total{step="completed"}[1d]))' },
      },
      {
        title: "Sign-ins of a day",
        kind: "stat",
        unit: "short",
        queries: { "signed in": 'sum(increase(fintrack_sign_ins_total{outcome="ok"}[1d]))' },
      },
      {
        title: "Transactions of a day",
        kind: "stat",
        unit: "short",
        queries: { made: "sum(increase(fintrack_transactions_created_total[1d]))" },
      },
      {
        title: "Reports of a day",
        kind: "stat",
        unit: "short",
        queries: { ready: 'sum(increase(fintrack_reports_total{outcome="ready"}[1d]))' },
      },
      {
        title: "Debts offered in a day",
        kind: "stat",
        unit: "short",
        queries: { offered: 'sum(increase(fintrack_debt_steps_total{step="offered"}[1d]))' },
      },
      {
        title: "Recordings that wait for an operator",
        kind: "stat",
        unit: "short",
        queries: { waiting: "max(fintrack_gbs_review_queue_size)" },
      },
      {
        title: "Registrations",
        unit: "short",
        queries: { "{{step}}": "sum by (step) (increase(fintrack_registrations_total[1h]))" },
      },
      {
        title: "Sign-ins",
        unit: "short",
        queries: { "{{outcome}}": "sum by (outcome) (increase(fintrack_sign_ins_total[1h]))" },
      },
      {
        title: "Transactions",
        unit: "short",
        queries: {
          "{{kind}} by {{via}}":
            "sum by (kind, via) (increase(fintrack_transactions_created_total[1h]))",
        },
      },
      {
        title: "Steps of debts",
        unit: "short",
        queries: { "{{step}}": "sum by (step) (increase(fintrack_debt_steps_total[1h]))" },
      },
      {
        title: "Reports",
        unit: "short",
        queries: { "{{outcome}}": "sum by (outcome) (increase(fintrack_reports_total[1h]))" },
      },
      {
        title: "The oldest recording that waits for an operator",
        unit: "s",
        queries: { age: "max(fintrack_gbs_review_queue_oldest_age_seconds)" },
      },
    ],
  },
];
