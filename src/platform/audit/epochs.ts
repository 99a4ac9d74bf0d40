import type { Clock } from "../kernel/clock.ts";
import { type EntryDraft, emptyHead } from "./entry.ts";
import type { LogWriter } from "./log-writer.ts";
import { findLost } from "./lost-entries.ts";
import { formatLsn, type Lsn } from "./lsn.ts";
import type { MainSource, SlotState } from "./main-source.ts";
import type { SignedStatement, Signer, Statement } from "./signing.ts";
import { findStopReason, type StopReason } from "./stop-reasons.ts";
import type { StreamIdentity, TrailPosition } from "./trail-position.ts";

export type TrailDeps = {
  readonly writer: LogWriter;
  readonly main: MainSource;
  readonly signer: Signer;
  readonly clock: Clock;
  /** Checkpoints that were kept outside LogDB. */
  readonly anchors: readonly SignedStatement[];
  /** The slot gave no changes for want of a publication: whether it ever will has to be tried. */
  readonly asksForPublication?: boolean;
};

/** What the relay finds when it looks at both databases. */
export type TrailState =
  | { readonly type: "ready"; readonly position: TrailPosition & { readonly lsn: Lsn } }
  | { readonly type: "stopped"; readonly reason: StopReason }
  /** MainDB is not migrated, or the slot's last reader is still there. */
  | { readonly type: "wait"; readonly for: string };

/** Finds where to go on; begins the trail when there is none. */
export async function openTrail(deps: TrailDeps): Promise<TrailState> {
  const { main } = deps;
  const { position, slot, reason } = await lookAt(deps);
  if (reason !== null) return { type: "stopped", reason };
  if (slot?.isActive) return { type: "wait", for: "the slot's last reader is still connected" };
  // A slot that is older than the publication cannot be read from its beginning.
  if (!(await main.hasPublication())) return { type: "wait", for: "MainDB is not migrated" };
  if (position?.lsn != null) return { type: "ready", position: { ...position, lsn: position.lsn } };
  // Noted before the slot is made: one that is found later without a position was read by another trail.
  if (position === null) await move(deps, null, () => []);
  const lsn = slot?.confirmedLsn ?? (await main.createSlot());
  return { type: "ready", position: await begin(deps, lsn, "epoch", { reason: "begun" }) };
}

/** Holds LogDB, MainDB and what was kept outside against each other. */
export async function lookAt({ writer, main, signer, anchors, asksForPublication }: TrailDeps) {
  const position = await writer.readPosition();
  const slot = await main.slot();
  const currentLsn = await main.currentLsn();
  const lost = findLost(position?.head ?? emptyHead, anchors, signer);
  const found = { identity: main.identity, slot, currentLsn };
  const reason = findStopReason(position, found, lost?.entries ?? null);
  const isReadable =
    reason !== null || !asksForPublication || (await canBeRead(main, slot, position));
  return {
    ...{ position, slot, currentLsn, lost },
    reason: isReadable ? reason : ("publication_dropped" as const),
  };
}

/** True also where that is not known: no trail yet, a reader that has not left, a MainDB that is to be migrated first. */
async function canBeRead(
  main: MainSource,
  slot: SlotState | null,
  position: TrailPosition | null,
): Promise<boolean> {
  if (position?.lsn == null || slot === null || slot.isActive) return true;
  return !(await main.hasPublication()) || main.isPublished(position.lsn);
}

/** Adds an epoch or a gap that `told` explains, behind entries that were lost, if any were. */
export async function begin(
  deps: TrailDeps,
  lsn: Lsn,
  kind: "epoch" | "gap",
  told: Statement,
  lost: ReturnType<typeof findLost> = null,
): Promise<TrailPosition & { readonly lsn: Lsn }> {
  const { writer } = deps;
  const { identity } = deps.main;
  await move(deps, lsn, () => {
    const statement = {
      ...{ v: 1, type: kind, ...told, after: writer.head().hash, lost: lost?.entries },
      to: { ...streamData(identity), lsn: formatLsn(lsn) },
    };
    if (lost) writer.skipTo(lost.entries.through);
    // By the hand that signed what is lost: else another one's word would do to make it away.
    return [signedDraft(deps, kind, statement, lost?.signer)];
  });
  return { ...identity, lsn, ordinal: 0, head: writer.head() };
}

/** An entry whose statement is signed by itself, beside the checkpoints. */
export function signedDraft(
  { signer, clock }: { readonly signer: Signer; readonly clock: { now: Clock["now"] } },
  kind: "epoch" | "gap" | "tombstone",
  statement: Statement,
  as?: string,
): EntryDraft {
  const { text, signature } = signer.sign(statement, as);
  return { kind, at: clock.now(), data: { statement, signed: { text, signature } } };
}

async function move({ writer, main }: TrailDeps, lsn: Lsn | null, drafts: () => EntryDraft[]) {
  await writer.begin();
  try {
    const added = await writer.add(drafts());
    await writer.commit({
      position: { ...main.identity, lsn, ordinal: added.length },
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
