import { sql } from "drizzle-orm";
import type { Reader } from "../db/database.ts";
import { readCheckpoint } from "./checkpoints.ts";
import type { Entry } from "./entry.ts";
import type { LostEntries } from "./lost-entries.ts";
import { type SignedStatement, signedBy } from "./signing.ts";
import type { TrailFault } from "./trail-faults.ts";

/** A checkpoint that says how the chain stood. */
export type Claim = SignedStatement & {
  readonly witness: "checkpoint" | "anchor";
  readonly seq: number;
  readonly hash: string;
  readonly at: string;
};

/** All there are, by the entry that they speak of. */
export async function readWitnesses(
  log: Reader,
  anchors: readonly SignedStatement[],
): Promise<Claim[]> {
  const stored = await log.execute<{ seq: string; text: string; signature: string }>(
    sql`select c.seq::text, c.statement as text, c.signature from audit.checkpoints c order by c.seq`,
  );
  const claims = [
    ...stored.map(({ seq, ...signed }) => claimOf(signed, "checkpoint", Number(seq))),
    ...anchors.map((signed) => claimOf(signed, "anchor")),
  ];
  return claims.sort((a, b) => a.seq - b.seq);
}

function claimOf(signed: SignedStatement, witness: Claim["witness"], row?: number): Claim {
  const told = readCheckpoint(signed);
  // A row that says something else than its statement is of no worth: it fails as forged where it stands.
  if (!told || (row !== undefined && row !== told.seq))
    return { text: "", signature: "", witness, seq: row ?? 1, hash: "", at: "" };
  return { ...signed, witness, ...told };
}

/** Entries that the chain itself says are lost, and the key (fingerprint) that signed this. */
export type Stated = { readonly entries: LostEntries; readonly signer: string | null };

/** `stated`: what `entry` says was lost right before it. Adds to `used` the key that signed the claim. */
export function judgeWitness(
  claim: Claim,
  entry: Entry,
  found: { readonly first: Entry; readonly stated: Stated | null },
  keys: readonly string[] | null,
  used: Set<string>,
): TrailFault | null {
  const { seq, witness } = claim;
  const signer = signedBy(claim);
  if (signer === null || (keys !== null && !keys.includes(signer)))
    return { type: "forged", seq, witness };
  used.add(signer);
  const { stated } = found;
  if (stated && seq >= stated.entries.from && seq < entry.seq)
    return speaksOfLost(claim, signer, stated) ? null : { type: "rewritten", seq, witness };
  if (seq < found.first.seq) return null; // destroyed because it was old
  return seq === entry.seq && claim.hash === entry.hash
    ? null
    : { type: "rewritten", seq, witness };
}

/**
 * Of what is stated to be lost only checkpoints outside can know: those that stand in LogDB would have gone with it.
 * They are of one hand with the statement, and the furthest is the one that it names.
 */
function speaksOfLost({ witness, seq, hash, at }: Claim, signer: string, stated: Stated): boolean {
  if (witness !== "anchor" || signer !== stated.signer) return false;
  const { entries } = stated;
  return seq < entries.through || (hash === entries.hash && at === entries.at);
}

export function tailFault(left: readonly Claim[], lastSeq: number): TrailFault | null {
  const furthest = left.at(-1);
  if (!furthest || furthest.seq <= lastSeq) return null;
  // One that nobody signed proves nothing about a tail, but it is itself a forgery.
  const isSigned = signedBy(furthest) !== null;
  const { seq, witness } = furthest;
  return isSigned ? { type: "tail_cut", seq, witness } : { type: "forged", seq, witness };
}
