/** Bytes of a recording, both ends included. */
export type ByteRange = { readonly first: number; readonly last: number };

/** A range cut where multiples of `pieceBytes` are: each piece lies in one segment of its own. */
export function* piecesOf({ first, last }: ByteRange, pieceBytes: number): Generator<ByteRange> {
  for (let at = first; at <= last; ) {
    const end = Math.min(last, (Math.floor(at / pieceBytes) + 1) * pieceBytes - 1);
    yield { first: at, last: end };
    at = end + 1;
  }
}

/**
 * At most `max` ranges that cover all of the given ones, which are in order and apart from each other: where there are more, those
 * with the least between them become one. Says rather too much than too little.
 */
export function joinNearest(ranges: readonly ByteRange[], max: number): readonly ByteRange[] {
  if (ranges.length <= max) return ranges;
  const gaps = ranges.slice(1).map(({ first }, index) => ({
    index: index + 1,
    bytes: first - (ranges[index]?.last ?? first),
  }));
  const kept = new Set(
    gaps
      .toSorted((one, other) => other.bytes - one.bytes || one.index - other.index)
      .slice(0, max - 1)
      .map(({ index }) => index),
  );
  const joined: ByteRange[] = [];
  for (const [index, range] of ranges.entries()) {
    const open = joined.at(-1);
    if (!open || kept.has(index)) joined.push(range);
    else joined[joined.length - 1] = { first: open.first, last: range.last };
  }
  return joined;
}
