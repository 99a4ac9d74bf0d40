import type { Dashboard } from "./panel.ts";

export const overview: Dashboard = {
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
};
