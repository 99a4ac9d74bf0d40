import { sql } from "drizzle-orm";
import { instantFromPostgres } from "../db/columns.ts";
import type { Reader } from "../db/database.ts";
import { addSeconds, type Instant } from "../kernel/time.ts";
import { checkpointDueSeconds } from "./checkpoints.ts";
import type { Entry } from "./entry.ts";
import { faultOf, signatureFault, signsWhatIsBefore } from "./entry-faults.ts";
import { type KeptCheckpoints, openKeptCheckpoints } from "./kept-checkpoints.ts";
import { lostBefore } from "./lost-entries.ts";
import { signedBy } from "./signing.ts";
import type { TrailFault } from "./trail-faults.ts";
import {
  type Claim,
  judgeWitness,
  openWitnesses,
  type Stated,
  tailFault,
  type Witnesses,
} from "./witnesses.ts";

export type { TrailFault } from "./trail-faults.ts";

/** What a gap of the chain says was lost when LogDB was put back to an older copy. */
export type StatedLoss = {
  readonly from: number;
  readonly through: number;
  /** When the furthest checkpoint that knows of them was signed, */
  readonly at: string;
  /** and when it was written down that they are lost. */
  readonly statedAt: Instant;
  /** Whether that checkpoint was among those that were brought. */
  readonly isWitnessed: boolean;
};

export type TrailReport = {
  /**
   * `broken`: something was altered, or not signed when it was due. `consistent`: nothing was, as far as the database
   * itself can tell. `proven`: and its checkpoints were signed with a key that the caller brought, up to `signedUpTo`.
   */
  readonly verdict: "proven" | "consistent" | "broken";
  readonly fault: TrailFault | null;
  /** Of the entries that are there; 0 = none. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly lastAt: Instant | null;
  readonly entries: number;
  readonly checkpoints: number;
  /** The last entry that a signature covers; what follows it could still be cut off. */
  readonly signedUpTo: number;
  /** Entries behind that one. */
  readonly unsigned: number;
  /** Fingerprints of the keys that signed. */
  readonly keys: readonly string[];
  /** `given`: by the caller, and as good as the place where they were kept. */
  readonly strongestAnchor: "none" | "database" | AnchorSource;
  readonly epochs: number;
  readonly gaps: number;
  /** The latest, at most {@link maxLosses}. */
  readonly losses: readonly StatedLoss[];
};

/** `local`: a file of the machine that signs, which whoever has the machine can alter. */
export type AnchorSource = "local" | "given";

export type VerifyOptions = {
  /** Fingerprints of the keys that may have signed; null = whichever the statements name. */
  readonly keys: readonly string[] | null;
  /** Files of checkpoints that were kept outside the database; one that is not there holds none. */
  readonly anchors: readonly string[];
  readonly anchorSource: AnchorSource;
  /**
   * By which entries of a trail that somebody writes have to be signed. Left out = it is a copy, which stands still: then
   * only its own times are compared.
   */
  readonly now?: Instant;
  readonly signal?: AbortSignal;
};

export const maxLosses = 100;
/** Entries that are read at once, */
const pageSize = 2_000;
/** and the bytes of those before the last of them. */
const pageBytes = 4 * 1024 * 1024;

type Row = Omit<Entry, "seq"> & { readonly seq: string | number };
type Page = readonly Entry[];

/** How long entries of a relay that works may be without a checkpoint: one is due, and then it may be busy. */
const unsignedSeconds = checkpointDueSeconds + 120;

/** Reads the whole chain in pages and holds it to its hashes, its checkpoints and what was kept outside. */
export async function verifyTrail(log: Reader, options: VerifyOptions): Promise<TrailReport> {
  const kept = await openKeptCheckpoints(options.anchors);
  try {
    return await verifyWith(log, kept, options);
  } finally {
    await kept.close();
  }
}

async function verifyWith(
  log: Reader,
  kept: KeptCheckpoints,
  options: VerifyOptions,
): Promise<TrailReport> {
  // All before the entries, and the end before what was signed: meanwhile the relay goes on.
  const end = await readEnd(log);
  const witnesses = await openWitnesses(log, kept);
  const position = await readPosition(log);
  const walk = await startWalk(witnesses, options.keys);
  for await (const page of pagesOf(log)) {
    options.signal?.throwIfAborted();
    if (!(await walk.steps(page))) break;
  }
  const { fault: met, first, last, counts, signedUpTo, unsigned, firstUnsigned } = walk.found();
  const due = dueBefore(end, options.now);
  const fault =
    met ??
    beginningFault(first, walk.found().tombstone) ??
    tailFault(await witnesses.furthest(), last?.seq ?? 0, options.keys) ??
    (await positionFault(log, position, last)) ??
    (firstUnsigned && due && firstUnsigned.recordedAt < due
      ? { type: "unsigned", seq: firstUnsigned.seq }
      : null);
  const isProven = options.keys !== null && signedUpTo > 0;
  return {
    verdict: fault ? "broken" : isProven ? "proven" : "consistent",
    fault,
    firstSeq: first?.seq ?? 0,
    lastSeq: last?.seq ?? 0,
    lastAt: last?.recordedAt ?? null,
    ...counts,
    ...{ signedUpTo, unsigned },
    checkpoints: witnesses.checkpoints,
    keys: walk.keys(),
    strongestAnchor: strongest(witnesses, options.anchorSource),
    losses: walk.losses(),
  };
}

/** What was recorded before this has to be signed; by the later of the trail's own end and the asker's clock. */
function dueBefore(end: Instant | null, now: Instant | undefined): Instant | null {
  const latest = now !== undefined && (end === null || now > end) ? now : end;
  return latest && addSeconds(latest, -unsignedSeconds);
}

/** Goes from entry to entry, and stops at the first fault. */
async function startWalk(witnesses: Witnesses, keys: readonly string[] | null) {
  const used = new Set<string>();
  const counts = { entries: 0, epochs: 0, gaps: 0 };
  const losses: StatedLoss[] = [];
  let fault: TrailFault | null = null;
  let first: Entry | undefined;
  let last: Entry | undefined;
  let tombstone: Tombstone | null = null;
  let claim: Claim | null = await witnesses.next();
  let signedUpTo = 0;
  let unsigned = 0;
  let firstUnsigned: Entry | null = null;

  async function judge(entry: Entry, start: Entry): Promise<TrailFault | null> {
    const wrong = faultOf(entry, last) ?? signatureFault(entry, keys);
    if (wrong) return wrong;
    const stated = statedBy(entry);
    let isWitnessed = false;
    if (signsWhatIsBefore(entry)) firstUnsigned = null;
    firstUnsigned ??= entry;
    unsigned += 1;
    let isStored = false;
    for (; claim && claim.seq <= entry.seq; claim = await witnesses.next()) {
      const fault = judgeWitness(claim, entry, { first: start, stated, isStored }, keys, used);
      if (fault) return fault;
      if (claim.seq === entry.seq) {
        isStored ||= claim.witness === "checkpoint";
        [signedUpTo, unsigned, firstUnsigned] = [entry.seq, 0, null];
      }
      if (claim.seq === stated?.entries.through) isWitnessed = true;
    }
    if (stated) {
      const { from, through, at } = stated.entries;
      losses.push({ from, through, at, statedAt: entry.at, isWitnessed });
      if (losses.length > maxLosses) losses.shift();
    }
    return null;
  }

  async function step(entry: Entry): Promise<boolean> {
    first ??= entry;
    fault = await judge(entry, first);
    if (fault) return false;
    counts.entries += 1;
    if (entry.kind === "epoch") counts.epochs += 1;
    if (entry.kind === "gap") counts.gaps += 1;
    if (entry.kind === "tombstone") tombstone = later(tombstone, tombstoneOf(entry));
    last = entry;
    return true;
  }

  return {
    /** False when something is wrong. */
    async steps(page: Page): Promise<boolean> {
      for (const entry of page) if (!(await step(entry))) return false;
      return true;
    },
    found: () => ({
      ...{ fault, first, last, counts, tombstone },
      ...{ signedUpTo, unsigned, firstUnsigned },
    }),
    keys: () => [...used],
    losses: () => losses,
  };
}

function statedBy(entry: Entry): Stated | null {
  const entries = lostBefore(entry);
  if (!entries) return null;
  const { data } = JSON.parse(entry.content);
  return { entries, signer: signedBy(data.signed) };
}

function strongest(
  { checkpoints, anchors }: Pick<Witnesses, "checkpoints" | "anchors">,
  source: AnchorSource,
): TrailReport["strongestAnchor"] {
  if (anchors > 0) return source;
  return checkpoints > 0 ? "database" : "none";
}

/** When the last entry was recorded; null = there is none. */
async function readEnd(log: Reader): Promise<Instant | null> {
  const [row] = await log.execute<{ recordedAt: string }>(
    sql`select e.recorded_at as "recordedAt" from audit.entries e order by e.seq desc limit 1`,
  );
  return row ? instantFromPostgres(row.recordedAt) : null;
}

async function* pagesOf(log: Reader): AsyncIterable<Page> {
  let after = 0;
  for (;;) {
    const rows = await log.execute<Row>(sql`
      select seq, recorded_at as "recordedAt", at, kind, content, hash, actor_type as "actorType",
        actor_id as "actorId", request_id as "requestId", operation, table_name as "tableName", targets, status,
        attribution
      from (
        select *, sum(octet_length(content)) over (order by seq) - octet_length(content) as bytes_before
        from (select * from audit.entries where seq > ${after} order by seq limit ${pageSize}) next
      ) page where bytes_before < ${pageBytes} order by seq`);
    if (rows.length === 0) return;
    const page = rows.map((row) => ({
      ...row,
      seq: Number(row.seq),
      recordedAt: instantFromPostgres(row.recordedAt),
      at: instantFromPostgres(row.at),
    }));
    yield page;
    after = page.at(-1)?.seq ?? after;
  }
}

type Tombstone = { readonly throughSeq: number; readonly throughHash: string };

function tombstoneOf(entry: Entry): Tombstone {
  const { data } = JSON.parse(entry.content);
  return {
    throughSeq: Number(data.statement.throughSeq),
    throughHash: String(data.statement.throughHash),
  };
}

const later = (one: Tombstone | null, other: Tombstone): Tombstone =>
  one === null || other.throughSeq > one.throughSeq ? other : one;

/** A chain that does not begin with 1 has a tombstone that names the last entry before it. */
function beginningFault(first: Entry | undefined, tombstone: Tombstone | null): TrailFault | null {
  if (!first) return null;
  const through = (lostBefore(first)?.from ?? first.seq) - 1;
  if (through === 0) return null;
  const { prev } = JSON.parse(first.content);
  const isNamed = tombstone?.throughSeq === through && tombstone.throughHash === prev;
  // Of several months that were destroyed in turn, the first that is left may be older than the newest tombstone.
  return isNamed || (tombstone !== null && tombstone.throughSeq >= first.seq)
    ? null
    : { type: "missing", seq: through };
}

type KnownEnd = { readonly seq: number; readonly hash: string };

async function readPosition(log: Reader): Promise<KnownEnd | null> {
  const [row] = await log.execute<{ seq: string; hash: string }>(
    sql`select seq::text, hash from audit.position`,
  );
  return row ? { seq: Number(row.seq), hash: row.hash } : null;
}

async function positionFault(
  log: Reader,
  position: KnownEnd | null,
  last: Entry | undefined,
): Promise<TrailFault | null> {
  if (!position) return null;
  const { seq } = position;
  if (seq > (last?.seq ?? 0)) return { type: "tail_cut", seq, witness: "position" };
  if (!last || seq === 0) return null;
  const [entry] = await log.execute<{ hash: string }>(
    sql`select hash from audit.entries where seq = ${seq}`,
  );
  return entry && entry.hash !== position.hash
    ? { type: "rewritten", seq, witness: "position" }
    : null;
}
