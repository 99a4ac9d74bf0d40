import type { Dashboard } from "./panel.ts";

export const api: Dashboard = {
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
};
