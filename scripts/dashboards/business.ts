import type { Dashboard } from "./panel.ts";

export const business: Dashboard = {
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
};
