import { createHash } from "node:crypto";
import type { AuditContext } from "../db/audit-context.ts";
import { canonicalJson } from "../kernel/canonical-json.ts";
import type { Instant } from "../kernel/time.ts";

/** What an entry tells. A word that an entry was made with is never changed, nor used for anything else. */
export const entryKinds = [
  // A row that was inserted, updated or deleted, or a table that was truncated.
  "change",
  // What became of a request.
  "request",
  // A request that changed something and whose outcome never came.
  "request_unknown",
  // Refused anonymous requests of a minute, counted.
  "refusals",
  // Outcomes of requests that a process had to give up.
  "outcomes_lost",
  // A message that nobody of ours signed, or that came twice.
  "unverified",
  // Somebody changed the schema or the publication.
  "ddl",
  // Publication or replica identities are not what they have to be, or are again.
  "drift",
  // The trail begins, or goes on in another cluster. Signed.
  "epoch",
  // Changes were lost, and somebody took note of it. Signed.
  "gap",
  // What is before it was destroyed because it was old. Signed.
  "tombstone",
] as const;
export type EntryKind = (typeof entryKinds)[number];

/** Whether we know who changed a row: `unattributed` = no context came with it, `unverified` = one that proves nothing. */
export type Attribution = "attributed" | "unattributed" | "unverified";

export type PlainJson =
  | string
  | number
  | boolean
  | null
  | readonly PlainJson[]
  | { readonly [name: string]: PlainJson | undefined };

/** An entry before it has its place in the chain. */
export type EntryDraft = {
  readonly kind: EntryKind;
  readonly at: Instant;
  readonly actor?: AuditContext["actor"];
  readonly requestId?: string;
  readonly operation?: string | null;
  readonly table?: string;
  readonly targets?: readonly string[];
  readonly status?: number;
  readonly attribution?: Attribution;
  /** What else there is to tell. */
  readonly data: { readonly [name: string]: PlainJson | undefined };
};

export type ChainHead = {
  readonly seq: number;
  readonly hash: string;
  readonly recordedAt: Instant;
};

/** A row of `audit.entries`. */
export type Entry = {
  readonly seq: number;
  readonly recordedAt: Instant;
  readonly at: Instant;
  readonly kind: EntryKind;
  readonly content: string;
  readonly hash: string;
  readonly actorType: string | null;
  readonly actorId: string | null;
  readonly requestId: string | null;
  readonly operation: string | null;
  readonly tableName: string | null;
  readonly targets: readonly string[] | null;
  readonly status: number | null;
  readonly attribution: Attribution | null;
};

export const chainVersion = 1;
/** Of a chain without entries. */
export const emptyHead: ChainHead = {
  seq: 0,
  hash: "0".repeat(64),
  recordedAt: "0001-01-01T00:00:00.000Z" as Instant,
};

/** SHA-256 of the UTF-8 text, lower-case hex. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Puts a draft behind `head`. Its time never falls: a clock that was set back waits for itself. */
export function chain(head: ChainHead, draft: EntryDraft, now: Instant): Entry {
  const seq = head.seq + 1;
  const recordedAt = now > head.recordedAt ? now : head.recordedAt;
  const content = canonicalJson({ v: chainVersion, seq, prev: head.hash, recordedAt, ...draft });
  return { seq, content, hash: sha256(content), ...columnsOf({ ...draft, recordedAt }) };
}

/** What the columns beside `content` have to say: `verify` compares the two. */
export function columnsOf(
  content: EntryDraft & { readonly recordedAt: Instant },
): Omit<Entry, "seq" | "content" | "hash"> {
  const { actor } = content;
  return {
    recordedAt: content.recordedAt,
    at: content.at,
    kind: content.kind,
    actorType: actor?.type ?? null,
    actorId: actor === undefined || actor.type === "anonymous" ? null : actorId(actor),
    requestId: content.requestId ?? null,
    operation: content.operation ?? null,
    tableName: content.table ?? null,
    targets: content.targets ?? null,
    status: content.status ?? null,
    attribution: content.attribution ?? null,
  };
}

const actorId = (actor: Exclude<AuditContext["actor"], { type: "anonymous" }>): string =>
  actor.type === "user" ? actor.id : actor.name;
