import { createHash } from "node:crypto";

/** A column's value as PostgreSQL writes it: exact, whatever its type; or, of a long one, what proves which one it was. */
export type Value = string | CutValue;
export type CutValue = {
  /** The beginning of the text. */
  readonly start: string;
  /** Of the whole text in UTF-8, */
  readonly bytes: number;
  /** and its SHA-256, lower-case hex: `encode(sha256(convert_to(value::text, 'UTF8')), 'hex')`. */
  readonly sha256: string;
};

/** Up to it a value is kept whole, */
const maxValueBytes = 65_536;
/** as long as its row does not hold more than this: a table may have 1,600 columns. */
const maxRowBytes = 524_288;
/** A value of this length is kept whole in any row; of a longer one that is cut, this much is its beginning. */
const startBytes = 1_024;

/**
 * Reads the values of one row. Long ones are cut, so that nobody can write rows that the trail, or whoever reads it, has no
 * memory for: a text of 5 MB costs its writer some kilobytes of WAL.
 */
export function createRowValues() {
  let keptBytes = 0;
  let cutBytes = 0;
  return {
    read(bytes: Buffer): Value {
      const isKept =
        bytes.length <= startBytes ||
        (bytes.length <= maxValueBytes && keptBytes + bytes.length <= maxRowBytes);
      if (isKept) {
        keptBytes += bytes.length;
        return bytes.toString("utf8");
      }
      const start = startOf(bytes);
      keptBytes += start.length;
      cutBytes += bytes.length - start.length;
      return { start: start.toString("utf8"), bytes: bytes.length, sha256: digest(bytes) };
    },
    /** What need not be held in memory. */
    cutBytes: () => cutBytes,
  };
}

export const isCut = (value: Value | null | undefined): value is CutValue =>
  typeof value === "object" && value !== null;

export const textOf = (value: Value): string => (typeof value === "string" ? value : value.start);

/** One of the two may have been cut and the other not, as the rest of its row was longer. */
export function isSameValue(
  one: Value | null | undefined,
  other: Value | null | undefined,
): boolean {
  if (one == null || other == null || !(isCut(one) || isCut(other))) return one === other;
  return shaOf(one) === shaOf(other);
}

const shaOf = (value: Value): string =>
  typeof value === "string" ? digest(Buffer.from(value, "utf8")) : value.sha256;

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Ends where a character does: 10xxxxxx is the middle of one. */
function startOf(bytes: Buffer): Buffer {
  let end = startBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
