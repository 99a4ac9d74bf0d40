import { readCheckpoint } from "./checkpoints.ts";
import type { ChainHead, Entry, PlainJson } from "./entry.ts";
import type { SignedStatement, Signer } from "./signing.ts";

/**
 * Entries that the trail had and has no more, because LogDB was put back to an older copy: up to the furthest one that a
 * checkpoint outside of it knows. Their numbers are not given again.
 */
export type LostEntries = {
  readonly from: number;
  readonly through: number;
  /** Of the checkpoint: the hash of entry `through`, and when it was signed. */
  readonly hash: string;
  readonly at: string;
};

/** What checkpoints of ours know behind `head`; null = nothing. `signer`: fingerprint of the key that signed the furthest. */
export function findLost(
  head: Pick<ChainHead, "seq">,
  anchors: readonly SignedStatement[],
  signer: Pick<Signer, "signerOf">,
): { readonly entries: LostEntries; readonly signer: string } | null {
  const furthest = anchors
    .flatMap((signed) => {
      const claim = readCheckpoint(signed);
      return claim && claim.seq > head.seq ? [{ claim, signed }] : [];
    })
    .sort((one, other) => other.claim.seq - one.claim.seq);
  for (const { claim, signed } of furthest) {
    const by = signer.signerOf(signed);
    // Anybody can write a line into a file: only what we signed says how far the trail has been.
    if (by === null) continue;
    const { seq, hash, at } = claim;
    return { entries: { from: head.seq + 1, through: seq, hash, at }, signer: by };
  }
  return null;
}

/** What a gap says of entries that were lost right before it; null when it says nothing, or of another place. */
export function lostBefore(entry: Pick<Entry, "seq" | "kind" | "content">): LostEntries | null {
  if (entry.kind !== "gap") return null;
  const { data } = JSON.parse(entry.content) as {
    data?: { statement?: { lost?: Readonly<Record<string, PlainJson>> } };
  };
  const lost = data?.statement?.lost;
  if (!lost) return null;
  const [from, through] = [Number(lost["from"]), Number(lost["through"])];
  const fits = from >= 1 && from <= through && through === entry.seq - 1;
  return fits ? { from, through, hash: String(lost["hash"]), at: String(lost["at"]) } : null;
}
