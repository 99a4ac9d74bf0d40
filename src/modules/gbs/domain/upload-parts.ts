import { segmentBytes } from "../bounds.ts";

/** A piece of a recording that becomes durable as a whole. */
export type Segment = {
  readonly index: number;
  /** Of its first byte in the recording. */
  readonly offset: number;
  /** Overwritten as soon as the next one but one is asked for. */
  readonly bytes: Uint8Array;
};

/** Where the segment ends that begins at this offset. */
export const segmentEnd = (offset: number, lengthBytes: number): number =>
  Math.min(lengthBytes, offset + segmentBytes);

/** More bytes came than the recording has. */
export const tooManyBytes = Symbol("more bytes than the recording has");

/**
 * Cuts what comes into segments, beginning at `offset`, the first byte of one. What is no whole segment at the end is
 * left out. The last one of the recording is given only when the source has ended with it; {@link tooManyBytes} when it
 * goes on instead. Holds two segments at a time.
 */
export async function* segmentsOf(
  source: AsyncIterable<Uint8Array>,
  { offset, lengthBytes }: { readonly offset: number; readonly lengthBytes: number },
): AsyncGenerator<Segment | typeof tooManyBytes, void> {
  const buffers = [0, 1].map(() => new Uint8Array(segmentEnd(offset, lengthBytes) - offset));
  let start = offset;
  let filled = 0;
  const current = () => {
    const index = start / segmentBytes;
    const buffer = buffers[index % 2] ?? new Uint8Array();
    return {
      index,
      offset: start,
      bytes: buffer.subarray(0, segmentEnd(start, lengthBytes) - start),
    };
  };
  for await (const given of source)
    for (let taken = 0; taken < given.length; ) {
      const segment = current();
      if (filled === segment.bytes.length) {
        yield tooManyBytes;
        return;
      }
      const piece = given.subarray(taken, taken + segment.bytes.length - filled);
      segment.bytes.set(piece, filled);
      filled += piece.length;
      taken += piece.length;
      if (filled < segment.bytes.length || start + filled === lengthBytes) continue;
      yield segment;
      start += filled;
      filled = 0;
    }
  const last = current();
  if (filled > 0 && start + filled === lengthBytes) yield last;
}
