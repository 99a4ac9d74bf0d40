/** Bytes of a representation, both ends included. */
export type ByteRange = { readonly first: number; readonly last: number };

const single = /^bytes[ \t]*=[ \t]*(?:(\d+)-(\d*)|-(\d+))[ \t]*$/i;

/**
 * What a Range header (RFC 9110, 14.2) asks of a representation of `size` bytes. "whole": there is none, or one that may be
 * ignored: of another unit, malformed, or several at once. "unsatisfiable": it has no such bytes (416).
 */
export function readByteRange(
  header: string | null,
  size: number,
): ByteRange | "whole" | "unsatisfiable" {
  const asked = single.exec(header ?? "");
  if (!asked) return "whole";
  const [, from, to, suffix] = asked;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size);
    return length === 0 ? "unsatisfiable" : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  const last = to === "" || to === undefined ? Number.POSITIVE_INFINITY : Number(to);
  if (last < first) return "whole";
  return first >= size ? "unsatisfiable" : { first, last: Math.min(last, size - 1) };
}
