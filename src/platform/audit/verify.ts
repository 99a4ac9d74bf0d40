import { sql } from "drizzle-orm";
import { instantFromPostgres } from "../db/columns.ts";
import type { Reader } from "../db/database.ts";
import { canonicalJson } from "../kernel/canonical-json.ts";
import type { Instant } from "../kernel/time.ts";
import { columnsOf, type Entry, type EntryDraft, emptyHead, sha256 } from "./entry.ts";
import { type SignedStatement, signedBy } from "./signing.ts";

/** What is wrong, and with which entry; the first of each that was met. */
export type TrailFault =
  /** Its hash is not that of its content, or a column says something else than the content. */
  | { readonly type: "changed"; readonly seq: number; readonly column?: string }
  /** An entry between two that are there. */
  | { readonly type: "missing"; readonly seq: number }
  /** An entry that stands in the place of another. */
  | { readonly type: "out_of_order"; readonly seq: number }
  /** An entry that was not written behind the one before it: that one was replaced, or this. */
  | { readonly type: "unlinked"; readonly seq: number }
  /** Entries up to `seq` were there: `witness` says so. */
  | { readonly type: "tail_cut"; readonly seq: number; readonly witness: Witness }
  /** The chain fits together, but is not the one that was signed. */
  | { readonly type: "rewritten"; readonly seq: number; readonly witness: Witness }
  /** A signature that is not the one of the key which it names, or not of a key that was given. */
  | { readonly type: "forged"; readonly seq: number; readonly witness: Witness | "entry" };

/** `position`: the relay's own note; it is no proof. `anchor`: a file kept outside the database. */
export type Witness = "position" | "checkpoint" | "anchor";

export type TrailReport = {
  /**
   * `broken`: something was altered. `consistent`: nothing was, as far as the database itself can tell. `proven`: and
   * its checkpoints were signed with a key that the caller brought.
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
  /** Fingerprints of the keys that signed. */
  readonly keys: readonly string[];
  readonly strongestAnchor: "none" | "database" | "local";
  readonly epochs: number;
  readonly gaps: number;
};

export type VerifyOptions = {
  /** Fingerprints of the keys that may have signed; null = whichever the statements name. */
  readonly keys: readonly string[] | null;
  /** Checkpoints that were kept outside the database, oldest first. */
  readonly anchors: readonly SignedStatement[];
  readonly signal?: AbortSignal;
};

const pageSize = 2_000;

type Row = Omit<Entry, "seq"> & { readonly seq: string | number };
type Page = readonly Entry[];

/** Reads the whole chain in pages and holds it to its hashes, its checkpoints and what was kept outside. */
export async function verifyTrail(log: Reader, options: VerifyOptions): Promise<TrailReport> {
  // Before the entries: meanwhile the relay goes on.
  const witnesses = await readWitnesses(log, options);
  const position = await readPosition(log);
  const keys = new Set<string>();
  let signedUpTo = 0;
  let entries = 0;
  let epochs = 0;
  let gaps = 0;
  let first: Entry | undefined;
  let last: Entry | undefined;
  let fault: TrailFault | null = null;
  let next = 0;
  let tombstoned: Tombstone | null = null;

  for await (const page of pagesOf(log)) {
    options.signal?.throwIfAborted();
    for (const entry of page) {
      first ??= entry;
      fault = faultOf(entry, last) ?? signatureFault(entry, options.keys);
      if (fault) break;
      for (; (witnesses[next]?.seq ?? Number.POSITIVE_INFINITY) <= entry.seq; next += 1) {
        fault = fault ?? judgeWitness(witnesses[next], entry, first, options.keys, keys);
        if (!fault) signedUpTo = entry.seq;
      }
      if (fault) break;
      entries += 1;
      if (entry.kind === "epoch") epochs += 1;
      if (entry.kind === "gap") gaps += 1;
      if (entry.kind === "tombstone") tombstoned = later(tombstoned, tombstoneOf(entry));
      last = entry;
    }
    if (fault) break;
  }

  fault ??= beginningFault(first, tombstoned);
  fault ??= tailFault(witnesses.slice(next), last?.seq ?? 0);
  fault ??= await positionFault(log, position, last);
  const isProven = options.keys !== null && signedUpTo > 0;
  return {
    verdict: fault ? "broken" : isProven ? "proven" : "consistent",
    fault,
    firstSeq: first?.seq ?? 0,
    lastSeq: last?.seq ?? 0,
    lastAt: last?.recordedAt ?? null,
    ...{ entries, signedUpTo, epochs, gaps },
    checkpoints: witnesses.filter(({ witness }) => witness === "checkpoint").length,
    keys: [...keys],
    strongestAnchor: strongest(witnesses),
  };
}

function strongest(witnesses: readonly Claim[]): TrailReport["strongestAnchor"] {
  if (witnesses.some(({ witness }) => witness === "anchor")) return "local";
  return witnesses.length > 0 ? "database" : "none";
}

async function* pagesOf(log: Reader): AsyncIterable<Page> {
  let after = 0;
  for (;;) {
    const rows = await log.execute<Row>(sql`
      select seq, recorded_at as "recordedAt", at, kind, content, hash, actor_type as "actorType",
        actor_id as "actorId", request_id as "requestId", operation, table_name as "tableName", targets, status,
        attribution
      from audit.entries where seq > ${after} order by seq limit ${pageSize}`);
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

/** Whether the entry is what was written, and stands behind the one it was written behind. */
function faultOf(entry: Entry, before: Entry | undefined): TrailFault | null {
  const { seq } = entry;
  if (before && seq !== before.seq + 1)
    return seq > before.seq
      ? { type: "missing", seq: before.seq + 1 }
      : { type: "out_of_order", seq };
  const content = parseContent(entry.content);
  if (!content || sha256(entry.content) !== entry.hash) return { type: "changed", seq };
  if (content.seq !== seq) return { type: "out_of_order", seq };
  if (before && content.prev !== before.hash) return { type: "unlinked", seq };
  if (before && entry.recordedAt < before.recordedAt) return { type: "out_of_order", seq };
  if (seq === 1 && content.prev !== emptyHead.hash) return { type: "unlinked", seq };
  const columns = columnsOf(content);
  for (const [column, value] of Object.entries(columns))
    if (canonicalJson(value) !== canonicalJson(entry[column as keyof Entry] ?? null))
      return { type: "changed", seq, column };
  return null;
}

type Content = EntryDraft & {
  readonly seq: number;
  readonly prev: string;
  readonly recordedAt: Instant;
};

function parseContent(text: string): Content | null {
  try {
    const content: Content = JSON.parse(text);
    return canonicalJson(content) === text ? content : null;
  } catch {
    return null;
  }
}

/** Epochs, gaps and tombstones are signed by themselves. */
function signatureFault(entry: Entry, keys: readonly string[] | null): TrailFault | null {
  if (!["epoch", "gap", "tombstone"].includes(entry.kind)) return null;
  const { data } = JSON.parse(entry.content);
  const signer = signedBy(data?.signed ?? { text: "", signature: "" });
  const { kid: _kid, publicKey: _key, ...told } = tryJson(data?.signed?.text) ?? {};
  const isIts = canonicalJson(told) === canonicalJson(data?.statement);
  return signer !== null && isIts && (keys === null || keys.includes(signer))
    ? null
    : { type: "forged", seq: entry.seq, witness: "entry" };
}

const tryJson = (text: unknown): Record<string, unknown> | null => {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
};

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
  if (!first || first.seq === 1) return null;
  const { prev } = JSON.parse(first.content);
  const isNamed = tombstone?.throughSeq === first.seq - 1 && tombstone.throughHash === prev;
  // Of several months that were destroyed in turn, the first that is left may be older than the newest tombstone.
  return isNamed || (tombstone !== null && tombstone.throughSeq >= first.seq)
    ? null
    : { type: "missing", seq: first.seq - 1 };
}

type Claim = SignedStatement & {
  readonly witness: "checkpoint" | "anchor";
  readonly seq: number;
  readonly hash: string;
};

async function readWitnesses(log: Reader, options: VerifyOptions): Promise<Claim[]> {
  const stored = await log.execute<{ seq: string; text: string; signature: string }>(
    sql`select seq::text, statement as text, signature from audit.checkpoints order by seq`,
  );
  const claims = [
    ...stored.map(({ seq, ...signed }) => claimOf(signed, "checkpoint", Number(seq))),
    ...options.anchors.map((signed) => claimOf(signed, "anchor")),
  ];
  return claims.sort((a, b) => a.seq - b.seq);
}

function claimOf(signed: SignedStatement, witness: Claim["witness"], row?: number): Claim {
  const told = tryJson(signed.text);
  const seq = Number(told?.["seq"]);
  const isOne = told?.["type"] === "checkpoint" && Number.isSafeInteger(seq) && seq >= 1;
  // A row that says something else than its statement is of no worth: it fails as forged where it stands.
  if (!isOne || (row !== undefined && row !== seq))
    return { text: "", signature: "", witness, seq: row ?? 1, hash: "" };
  return { ...signed, witness, seq, hash: String(told?.["hash"]) };
}

function judgeWitness(
  claim: Claim | undefined,
  entry: Entry,
  first: Entry,
  keys: readonly string[] | null,
  used: Set<string>,
): TrailFault | null {
  if (!claim) return null;
  const { seq, witness } = claim;
  const signer = signedBy(claim);
  if (signer === null || (keys !== null && !keys.includes(signer)))
    return { type: "forged", seq, witness };
  used.add(signer);
  if (seq < first.seq) return null; // destroyed because it was old
  return seq === entry.seq && claim.hash === entry.hash
    ? null
    : { type: "rewritten", seq, witness };
}

function tailFault(left: readonly Claim[], lastSeq: number): TrailFault | null {
  const furthest = left.at(-1);
  if (!furthest || furthest.seq <= lastSeq) return null;
  // One that nobody signed proves nothing about a tail, but it is itself a forgery.
  const isSigned = signedBy(furthest) !== null;
  const { seq, witness } = furthest;
  return isSigned ? { type: "tail_cut", seq, witness } : { type: "forged", seq, witness };
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
