import { sql } from "drizzle-orm";
import type { Reader } from "../db/database.ts";
import type { Clock } from "../kernel/clock.ts";
import { type Instant, secondsBetween } from "../kernel/time.ts";
import type { Metrics } from "../observability/metrics.ts";
import { entryKinds } from "./entry.ts";
import type { Relay, RelayObserver, RelayState } from "./relay.ts";
import { type StopReason, stopReasons } from "./stop-reasons.ts";

const relayStates = [
  ...["connecting", "running", "standby", "stopped", "closed"],
] as const satisfies readonly RelayState["type"][];

/** What the relay of this process tells while it works. */
export function createRelayObserver(metrics: Metrics, clock: Clock): RelayObserver {
  const entries = metrics.counter({
    name: "fintrack_audit_entries_total",
    help: "Entries that this node has written to the audit trail.",
    labels: ["kind"],
  });
  for (const kind of entryKinds) entries.increment({ kind }, 0);
  const unattributed = metrics.counter({
    name: "fintrack_audit_unattributed_changes_total",
    help: "Changed rows that came without an audit context: nobody knows who changed them.",
    labels: [],
  });
  unattributed.increment({}, 0);
  const unverified = metrics.counter({
    name: "fintrack_audit_unverified_total",
    help: "Messages, and rows changed under them, that nobody of ours signed or that came twice.",
    labels: [],
  });
  unverified.increment({}, 0);
  const drift = metrics.gauge({
    name: "fintrack_audit_drift_faults",
    help: "Tables whose publication or replica identity is not what the audit trail needs.",
    labels: [],
  });
  let checkpointAt: Instant | null = null;
  metrics.reading(
    {
      type: "gauge",
      name: "fintrack_audit_checkpoint_age_seconds",
      help: "Time since this node's last signed checkpoint of the audit trail.",
      labels: [],
    },
    () =>
      checkpointAt === null
        ? []
        : [{ labels: {}, value: secondsBetween(checkpointAt, clock.now()) }],
  );
  return {
    stored(added) {
      for (const { kind, attribution } of added) {
        entries.increment({ kind });
        if (attribution === "unattributed") unattributed.increment({});
        if (attribution === "unverified") unverified.increment({});
      }
    },
    drift: ({ faults }) => drift.set({}, faults.length),
    checkpointAt(at) {
      checkpointAt = at;
    },
  };
}

/** Shows whether the relay of this process works and how far behind it is. */
export function watchRelay(metrics: Metrics, relay: Relay, clock: Clock): void {
  metrics.reading(
    {
      type: "gauge",
      name: "fintrack_audit_relay_state",
      help: "1 for the state that this node's audit relay is in.",
      labels: ["state"],
    },
    () =>
      relayStates.map((state) => ({
        labels: { state },
        value: relay.state().type === state ? 1 : 0,
      })),
  );
  metrics.reading(
    {
      type: "gauge",
      name: "fintrack_audit_relay_stopped",
      help: "1 for the reason for which the audit trail waits for audit:resume.",
      labels: ["reason"],
    },
    () => {
      const state = relay.state();
      const current = state.type === "stopped" ? state.reason : null;
      return (Object.keys(stopReasons) as StopReason[]).map((reason) => ({
        labels: { reason },
        value: reason === current ? 1 : 0,
      }));
    },
  );
  metrics.reading(
    {
      type: "gauge",
      name: "fintrack_audit_lag_seconds",
      help: "Age of the newest moment up to which everything committed is in the audit trail.",
      labels: [],
    },
    () => {
      const readUpTo = relay.readUpTo();
      const isOurs = relay.state().type !== "standby" && readUpTo !== null;
      return isOurs ? [{ labels: {}, value: secondsBetween(readUpTo, clock.now()) }] : [];
    },
  );
}

/** WAL that MainDB keeps for the audit trail, in bytes. */
export type SlotUsage = {
  /** Not yet in the trail. */
  readonly lagBytes: number;
  readonly keptBytes: number;
  /** Beyond it the slot is given up; null = never. */
  readonly limitBytes: number | null;
};

/** Null while there is no slot. */
export async function readSlotUsage(main: Reader): Promise<SlotUsage | null> {
  const [row] = await main.execute<{ lag: string; kept: string; limit: string }>(sql`
    select greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)::text as lag,
      greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::text as kept,
      pg_size_bytes(current_setting('max_slot_wal_keep_size'))::text as limit
    from pg_replication_slots
    where slot_name = 'fintrack_audit_' || (select oid from pg_database where datname = current_database())
      and restart_lsn is not null`);
  if (!row) return null;
  const limitBytes = Number(row.limit);
  return {
    lagBytes: Number(row.lag),
    keptBytes: Number(row.kept),
    limitBytes: limitBytes > 0 ? limitBytes : null,
  };
}

/** Shows what the slot keeps, on every node: also while no relay runs anywhere. */
export function watchSlot(metrics: Metrics, main: Reader): void {
  const show = (name: string, help: string, value: (usage: SlotUsage) => number | null) =>
    metrics.reading({ type: "gauge", name, help, labels: [] }, async () => {
      const usage = await readSlotUsage(main);
      const shown = usage && value(usage);
      return shown === null ? [] : [{ labels: {}, value: shown }];
    });
  show(
    "fintrack_audit_lag_bytes",
    "WAL of MainDB that is not in the audit trail yet.",
    (usage) => usage.lagBytes,
  );
  show(
    "fintrack_audit_slot_kept_bytes",
    "WAL that MainDB keeps for the audit trail.",
    (usage) => usage.keptBytes,
  );
  show(
    "fintrack_audit_slot_limit_bytes",
    "WAL at which MainDB gives the audit trail's slot up.",
    (usage) => usage.limitBytes,
  );
}
