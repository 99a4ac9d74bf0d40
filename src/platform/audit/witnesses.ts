import { sql } from "drizzle-orm";
import type { Reader } from "../db/database.ts";
import { readCheckpoint } from "./checkpoints.ts";
import type { Entry } from "./entry.ts";
import type { KeptCheckpoints } from "./kept-checkpoints.ts";
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

/** What LogDB has and what was kept outside, read piece by piece. */
export type Witnesses = {
  /** In LogDB, */
  readonly checkpoints: number;
  /** and outside. */
  readonly anchors: number;
  /** The next one by the entry that it speaks of, LogDB's before the one outside; null = there is none left. */
  next(): Promise<Claim | null>;
  /** Of the furthest entry. */
  furthest(): Promise<Claim | null>;
};

const pageSize = 2_000;

/** Those that are there now: meanwhile the relay goes on. `kept` first, for what is kept was in LogDB before. */
export async function openWitnesses(log: Reader, kept: KeptCheckpoints): Promise<Witnesses> {
  const [known] = await log.execute<{ count: string; through: string }>(
    sql`select count(*) as count, coalesce(max(c.seq), 0) as through from audit.checkpoints c`,
  );
  const through = Number(known?.through ?? 0);
  const stored = storedClaims(log, through)[Symbol.asyncIterator]();
  const anchors = anchorClaims(kept)[Symbol.asyncIterator]();
  let [inLog, outside] = [await taken(stored), await taken(anchors)];
  return {
    checkpoints: Number(known?.count ?? 0),
    anchors: kept.count,
    async next() {
      if (inLog && (!outside || inLog.seq <= outside.seq)) {
        const claim = inLog;
        inLog = await taken(stored);
        return claim;
      }
      const claim = outside;
      if (outside) outside = await taken(anchors);
      return claim;
    },
    async furthest() {
      const anchor = await kept.furthest();
      const claim = anchor && claimOf(anchor, "anchor");
      if (claim && claim.seq >= through) return claim;
      const [last] = await storedPage(log, through - 1, through);
      return last ?? claim;
    },
  };
}

async function taken(claims: AsyncIterator<Claim>): Promise<Claim | null> {
  const { value, done } = await claims.next();
  return done ? null : value;
}

async function* storedClaims(log: Reader, through: number): AsyncIterable<Claim> {
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const page = await storedPage(log, after, through);
    yield* page;
    after = page.at(-1)?.seq ?? after;
    if (page.length < pageSize) return;
  }
}

async function storedPage(log: Reader, after: number, through: number): Promise<Claim[]> {
  const rows = await log.execute<{ seq: string; text: string; signature: string }>(sql`
    select c.seq::text, c.statement as text, c.signature from audit.checkpoints c
    where c.seq > ${after} and c.seq <= ${through} order by c.seq limit ${pageSize}`);
  return rows.map(({ seq, ...signed }) => claimOf(signed, "checkpoint", Number(seq)));
}

async function* anchorClaims(kept: KeptCheckpoints): AsyncIterable<Claim> {
  for await (const signed of kept.inOrder()) yield claimOf(signed, "anchor");
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

/**
 * `stated`: what `entry` says was lost right before it. `isStored`: whether LogDB has a checkpoint of the same entry.
 * Adds to `used` the key that signed the claim.
 */
export function judgeWitness(
  claim: Claim,
  entry: Entry,
  found: { readonly first: Entry; readonly stated: Stated | null; readonly isStored: boolean },
  keys: readonly string[] | null,
  used: Set<string>,
): TrailFault | null {
  const { seq, witness } = claim;
  const signer = signedBy(claim);
  if (signer === null || (keys !== null && !keys.includes(signer)))
    return { type: "forged", seq, witness, signer };
  used.add(signer);
  const { stated } = found;
  if (stated && seq >= stated.entries.from && seq < entry.seq)
    return speaksOfLost(claim, signer, stated) ? null : { type: "rewritten", seq, witness };
  if (seq < found.first.seq) return null; // destroyed because it was old
  if (seq !== entry.seq || claim.hash !== entry.hash) return { type: "rewritten", seq, witness };
  return witness === "checkpoint" || found.isStored ? null : { type: "checkpoint_missing", seq };
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

/** What the furthest checkpoint says of entries behind the last one. */
export function tailFault(
  furthest: Claim | null,
  lastSeq: number,
  keys: readonly string[] | null,
): TrailFault | null {
  if (!furthest || furthest.seq <= lastSeq) return null;
  // One that nobody signed proves nothing about a tail, but it is itself a forgery.
  const signer = signedBy(furthest);
  const isSigned = signer !== null && (keys === null || keys.includes(signer));
  const { seq, witness } = furthest;
  return isSigned ? { type: "tail_cut", seq, witness } : { type: "forged", seq, witness, signer };
}
