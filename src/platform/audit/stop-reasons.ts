import type { LostEntries } from "./lost-entries.ts";
import { formatLsn, type Lsn } from "./lsn.ts";
import type { SlotState } from "./main-source.ts";
import type { StreamIdentity, TrailPosition } from "./trail-position.ts";

/** Why the trail cannot go on without somebody taking note: `audit:resume` writes down what happened, and goes on. */
export const stopReasons = {
  log_empty:
    "LogDB holds no trail, but there was one: MainDB's slot was read before, or a checkpoint was kept",
  system_changed: "MainDB is another cluster than the trail's",
  timeline_changed: "MainDB was promoted or recovered to an earlier point: its timeline is another",
  database_changed: "MainDB is another database than the trail's",
  main_rolled_back:
    "MainDB's WAL ends before the trail's position: it was put back to an older state",
  log_rolled_back:
    "LogDB was put back to an older state: MainDB's slot, or a checkpoint that was kept, is ahead of it",
  slot_missing: "MainDB has no slot for the trail any more",
  slot_lost: "MainDB gave the slot up: it would have kept more WAL than max_slot_wal_keep_size",
  publication_dropped:
    "MainDB's publication was dropped: what was written until there was another is told by nobody",
} as const;
export type StopReason = keyof typeof stopReasons;

/** Null = the trail goes on where it stands, or begins. */
export function findStopReason(
  position: TrailPosition | null,
  main: {
    readonly identity: StreamIdentity;
    readonly slot: SlotState | null;
    readonly currentLsn: Lsn;
  },
  lost: LostEntries | null,
): StopReason | null {
  const { identity, slot } = main;
  if (position === null) return slot === null && lost === null ? null : "log_empty";
  if (position.systemId !== identity.systemId) return "system_changed";
  if (position.timeline !== identity.timeline) return "timeline_changed";
  if (position.slot !== identity.slot) return "database_changed";
  if (position.lsn === null) return lost ? "log_rolled_back" : null;
  if (slot === null) return "slot_missing";
  if (slot.isLost) return "slot_lost";
  if (main.currentLsn < position.lsn) return "main_rolled_back";
  // What is acknowledged was stored before.
  if (slot.confirmedLsn !== null && slot.confirmedLsn > position.lsn) return "log_rolled_back";
  return lost ? "log_rolled_back" : null; // and MainDB went back with it
}

export const positionData = (position: TrailPosition) => ({
  ...{ systemId: position.systemId, timeline: position.timeline, slot: position.slot },
  lsn: position.lsn === null ? null : formatLsn(position.lsn),
});
