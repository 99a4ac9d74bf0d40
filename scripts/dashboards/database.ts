import type { Dashboard } from "./panel.ts";

export const database: Dashboard = {
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
};
