import { segmentBytes } from "../bounds.ts";

/** A piece of a recording that becomes durable as a whole. */
export type Segment = {
  readonly index: number;
  /** Of its first byte in the recording. */
  readonly offset: number;
  /** Overwritten once so many further segments as {@link segmentsOf} was allowed to hold have been asked for. */
  readonly bytes: Uint8Array;
  /** Of its bytes: what {@link CutOptions.macOf} made of them. */
  readonly mac: string;
};

/** What tells the bytes of a segment from all others; fed while they come. */
export type SegmentMac = {
  update(bytes: Uint8Array): void;
  /** Once, at the end. */
  hex(): string;
};

export type CutOptions = {
  /** Of the first byte that comes: the first of a segment. */
  readonly offset: number;
  /** Of the whole recording. */
  readonly lengthBytes: number;
  /** Segments that have memory at the same time: the one that comes, and those that were given before it. */
  readonly held: number;
  readonly macOf: (index: number) => SegmentMac;
};

/** Where the segment ends that begins at this offset. */
export const segmentEnd = (offset: number, lengthBytes: number): number =>
  Math.min(lengthBytes, offset + segmentBytes);

/** More bytes came than the recording has. */
export const tooManyBytes = Symbol("more bytes than the recording has");

/**
 * Cuts what comes into segments. What is no whole segment at the end is left out. The last one of the recording is given
 * only when the source has ended with it; {@link tooManyBytes} when it goes on instead.
 */
export async function* segmentsOf(
  source: AsyncIterable<Uint8Array>,
  { offset, lengthBytes, held, macOf }: CutOptions,
): AsyncGenerator<Segment | typeof tooManyBytes, void> {
  const buffers: Uint8Array[] = [];
  const begin = (start: number) => {
    const index = start / segmentBytes;
    const size = segmentEnd(start, lengthBytes) - start;
    // The first one of a request is as long as any after it.
    buffers[index % held] ??= new Uint8Array(size);
    const bytes = buffers[index % held]?.subarray(0, size) ?? new Uint8Array();
    return { index, offset: start, bytes, filled: 0, mac: macOf(index) };
  };
  let next = begin(offset);
  const given = () => {
    const { index, offset: start, bytes, mac } = next;
    return { index, offset: start, bytes, mac: mac.hex() };
  };
  for await (const sent of source)
    for (let taken = 0; taken < sent.length; ) {
      if (next.filled === next.bytes.length) {
        yield tooManyBytes;
        return;
      }
      const piece = sent.subarray(taken, taken + next.bytes.length - next.filled);
      next.bytes.set(piece, next.filled);
      // Now rather than of all at once: what is read piece by piece keeps nobody waiting.
      next.mac.update(piece);
      next.filled += piece.length;
      taken += piece.length;
      const end = next.offset + next.filled;
      if (next.filled < next.bytes.length || end === lengthBytes) continue;
      yield given();
      next = begin(end);
    }
  if (next.filled > 0 && next.offset + next.filled === lengthBytes) yield given();
}
