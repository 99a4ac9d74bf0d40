import { canonicalJson } from "../kernel/canonical-json.ts";
import type { Instant } from "../kernel/time.ts";
import { columnsOf, type Entry, type EntryDraft, emptyHead, sha256 } from "./entry.ts";
import { lostBefore } from "./lost-entries.ts";
import { signedBy } from "./signing.ts";
import type { TrailFault } from "./trail-faults.ts";

/** Whether the entry is what was written, and stands behind the one it was written behind. */
export function faultOf(entry: Entry, before: Entry | undefined): TrailFault | null {
  const { seq } = entry;
  const content = parseContent(entry.content);
  if (!content || sha256(entry.content) !== entry.hash) return { type: "changed", seq };
  if (before && seq <= before.seq) return { type: "out_of_order", seq };
  const expected = before && before.seq + 1;
  if (expected && seq !== expected && lostBefore(entry)?.from !== expected)
    return { type: "missing", seq: expected };
  if (content.seq !== seq) return { type: "out_of_order", seq };
  if (before && content.prev !== before.hash) return { type: "unlinked", seq };
  if (before && entry.recordedAt < before.recordedAt) return { type: "out_of_order", seq };
  const isFirst = seq === 1 || (!before && lostBefore(entry)?.from === 1);
  if (isFirst && content.prev !== emptyHead.hash) return { type: "unlinked", seq };
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
export function signatureFault(entry: Entry, keys: readonly string[] | null): TrailFault | null {
  if (!["epoch", "gap", "tombstone"].includes(entry.kind)) return null;
  const { data, prev } = JSON.parse(entry.content);
  const signer = signedBy(data?.signed ?? { text: "", signature: "" });
  const { kid: _kid, publicKey: _key, ...told } = tryJson(data?.signed?.text) ?? {};
  const isIts = canonicalJson(told) === canonicalJson(data?.statement);
  // One that was signed for another place is a copy.
  const isHere = told["after"] === undefined || told["after"] === prev;
  return signer !== null && isIts && isHere && (keys === null || keys.includes(signer))
    ? null
    : { type: "forged", seq: entry.seq, witness: "entry", signer };
}

/** Whether the entry's own signature speaks of all that is before it. After {@link signatureFault} only. */
export function signsWhatIsBefore({ kind, content }: Pick<Entry, "kind" | "content">): boolean {
  if (kind !== "epoch" && kind !== "gap") return false;
  const { data, prev } = JSON.parse(content);
  return data.statement.after === prev;
}

const tryJson = (text: unknown): Record<string, unknown> | null => {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
};
