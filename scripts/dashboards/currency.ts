import type { Dashboard } from "./panel.ts";

export const currency: Dashboard = {
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
};
