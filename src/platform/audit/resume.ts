import { begin, lookAt, type TrailDeps } from "./epochs.ts";
import type { LogWriter } from "./log-writer.ts";
import type { LostEntries } from "./lost-entries.ts";
import { formatLsn, type Lsn } from "./lsn.ts";
import type { MainSource, SlotState } from "./main-source.ts";
import { positionData, type StopReason } from "./stop-reasons.ts";
import type { TrailPosition } from "./trail-position.ts";

export type Resumed = {
  readonly reason: StopReason;
  /** Entries that LogDB has no more; null = none that anything outside of it knows. */
  readonly lost: LostEntries | null;
};

/**
 * Goes on after a stop: makes a new slot where the old one is of no use, and writes down, signed, what happened. Null
 * when there was nothing to resume.
 */
export async function resumeTrail(deps: TrailDeps): Promise<Resumed | null> {
  const { writer, main } = deps;
  const { position, slot, currentLsn, lost, reason } = await lookAt({
    ...deps,
    asksForPublication: true,
  });
  if (reason === null) return null;
  // A copy, however old, agrees with itself. What does not was altered: no gap makes that good.
  if ((await furthest(writer)) > (position?.head.seq ?? 0))
    throw new Error("LogDB has entries or checkpoints behind its position: it was altered by hand");
  const switchedAt =
    reason === "timeline_changed" && position ? await main.switchedAt(position.timeline) : null;
  const kept = keptFrom({ reason, position, slot, currentLsn, switchedAt, main });
  let lsn = kept;
  if (lsn === null) {
    if (slot !== null) await main.dropSlot();
    lsn = await main.createSlot();
  }
  // Whoever cannot read on where the trail ends does not know what came there, be it that nothing did: MainDB may have
  // committed until the moment in which it was replaced.
  const isGap = kept === null || lost !== null || reason !== "timeline_changed";
  await begin(
    deps,
    lsn,
    isGap ? "gap" : "epoch",
    {
      reason,
      from: position === null ? null : positionData(position),
      keptSlot: kept !== null,
      // Whatever MainDB committed from here on until it was replaced, or its slot was, may be in no entry.
      unknownFrom: isGap && position?.lsn != null ? formatLsn(position.lsn) : undefined,
      // What the trail has of the timeline before beyond this place, the promotion has undone in MainDB.
      switchedAt: switchedAt === null ? undefined : formatLsn(switchedAt),
    },
    lost,
  );
  return { reason, lost: lost?.entries ?? null };
}

/**
 * From where the slot gives every change that the trail lacks; null = it does not. It may have come along through a
 * promotion; or both databases went back together.
 */
function keptFrom(found: {
  readonly reason: StopReason;
  readonly position: TrailPosition | null;
  readonly slot: SlotState | null;
  readonly currentLsn: Lsn;
  readonly switchedAt: Lsn | null;
  readonly main: MainSource;
}): Lsn | null {
  const { reason, position, slot, currentLsn, switchedAt, main } = found;
  if (position?.lsn == null || slot === null || slot.isLost) return null;
  if (position.slot !== main.identity.slot) return null;
  let lsn = position.lsn;
  if (reason === "timeline_changed") {
    if (switchedAt === null) return null;
    // The trail may have been ahead of the standby: then the new timeline has other changes in the same places.
    if (switchedAt < lsn) lsn = switchedAt;
  } else if (reason !== "log_rolled_back") return null;
  return (slot.confirmedLsn ?? 0n) <= lsn && lsn <= currentLsn ? lsn : null;
}

async function furthest(writer: Pick<LogWriter, "query">): Promise<number> {
  const [row] = await writer.query<{ seq: string | null }>(
    `select greatest((select max(seq) from audit.entries), (select max(seq) from audit.checkpoints))::text as seq`,
  );
  return Number(row?.seq ?? 0);
}
