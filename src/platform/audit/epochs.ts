import type { Clock } from "../kernel/clock.ts";
import type { EntryDraft } from "./entry.ts";
import type { LogWriter } from "./log-writer.ts";
import { formatLsn, type Lsn } from "./lsn.ts";
import type { MainSource } from "./main-source.ts";
import type { Signer, Statement } from "./signing.ts";
import { findStopReason, losesChanges, positionData, type StopReason } from "./stop-reasons.ts";
import type { StreamIdentity, TrailPosition } from "./trail-position.ts";

type Deps = {
  readonly writer: LogWriter;
  readonly main: MainSource;
  readonly signer: Signer;
  readonly clock: Clock;
};

/** What the relay finds when it looks at both databases. */
export type TrailState =
  | { readonly type: "ready"; readonly position: TrailPosition & { readonly lsn: Lsn } }
  | { readonly type: "stopped"; readonly reason: StopReason }
  /** MainDB is not migrated, or the slot's last reader is still there. */
  | { readonly type: "wait"; readonly for: string };

/** Finds where to go on; begins the trail when there is none. */
export async function openTrail(deps: Deps): Promise<TrailState> {
  const { writer, main } = deps;
  const position = await writer.readPosition();
  const slot = await main.slot();
  const currentLsn = await main.currentLsn();
  const reason = findStopReason(position, { identity: main.identity, slot, currentLsn });
  if (reason !== null) return { type: "stopped", reason };
  if (slot?.isActive) return { type: "wait", for: "the slot's last reader is still connected" };
  // A slot that is older than the publication cannot be read from its beginning.
  if (!(await main.hasPublication())) return { type: "wait", for: "MainDB is not migrated" };
  if (position?.lsn != null) return { type: "ready", position: { ...position, lsn: position.lsn } };
  // Noted before the slot is made: one that is found later without a position was read by another trail.
  if (position === null) await move(deps, null, []);
  const lsn = slot?.confirmedLsn ?? (await main.createSlot());
  return { type: "ready", position: await begin(deps, lsn, "epoch", { reason: "begun" }) };
}

/**
 * Goes on after a stop: makes a new slot where the old one is of no use, and writes down, signed, what happened. Gives
 * the reason; null when there was nothing to resume.
 */
export async function resumeTrail(deps: Deps): Promise<StopReason | null> {
  const { writer, main } = deps;
  const position = await writer.readPosition();
  const slot = await main.slot();
  const currentLsn = await main.currentLsn();
  const reason = findStopReason(position, { identity: main.identity, slot, currentLsn });
  if (reason === null) return null;
  const last = await lastEntry(writer);
  if (position === null && last > 0)
    throw new Error("LogDB has entries and no position: it was altered by hand");
  // After a promotion the slot may have come along, and hold everything since.
  const keepsSlot =
    reason === "timeline_changed" &&
    position?.lsn != null &&
    slot !== null &&
    !slot.isLost &&
    position.slot === main.identity.slot &&
    (slot.confirmedLsn ?? 0n) <= position.lsn &&
    position.lsn <= currentLsn;
  let lsn = position?.lsn ?? 0n;
  if (!keepsSlot) {
    if (slot !== null) await main.dropSlot();
    lsn = await main.createSlot();
  }
  const isGap = losesChanges(reason) || (reason === "timeline_changed" && !keepsSlot);
  await begin(deps, lsn, isGap ? "gap" : "epoch", {
    reason,
    from: position === null ? null : positionData(position),
    keptSlot: keepsSlot,
  });
  return reason;
}

async function lastEntry(writer: LogWriter): Promise<number> {
  const [row] = await writer.query<{ seq: string | null }>(
    "select max(seq)::text as seq from audit.entries",
  );
  return Number(row?.seq ?? 0);
}

async function begin(deps: Deps, lsn: Lsn, kind: "epoch" | "gap", told: Statement) {
  const { identity } = deps.main;
  const statement = {
    ...{ v: 1, type: kind, ...told, after: deps.writer.head().hash },
    to: { ...streamData(identity), lsn: formatLsn(lsn) },
  };
  await move(deps, lsn, [signedDraft(deps, kind, statement)]);
  return { ...identity, lsn, ordinal: 0, head: deps.writer.head() };
}

/** An entry whose statement is signed by itself, beside the checkpoints. */
export function signedDraft(
  { signer, clock }: Pick<Deps, "signer" | "clock">,
  kind: "epoch" | "gap" | "tombstone",
  statement: Statement,
): EntryDraft {
  const { text, signature } = signer.sign(statement);
  return { kind, at: clock.now(), data: { statement, signed: { text, signature } } };
}

async function move({ writer, main }: Deps, lsn: Lsn | null, drafts: readonly EntryDraft[]) {
  await writer.begin();
  try {
    await writer.add(drafts);
    await writer.commit({
      position: { ...main.identity, lsn, ordinal: drafts.length },
      ...{ counters: [], nowWaiting: [], noLongerWaiting: [] },
    });
  } catch (error) {
    await writer.rollback();
    throw error;
  }
}

const streamData = ({ systemId, timeline, slot }: StreamIdentity) => ({
  systemId,
  timeline,
  slot,
});
