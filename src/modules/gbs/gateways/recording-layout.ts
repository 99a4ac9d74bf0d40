import { chunkBytes, sealedSize } from "#platform/age/payload-cipher";
import { segmentBytes } from "../bounds.ts";

/** How a payload is cut: into segments, each an object of its own, of so many chunks but for the last one. */
export const chunksPerSegment = segmentBytes / chunkBytes;

export const lastChunkOf = (sizeBytes: number): number =>
  Math.max(1, Math.ceil(sizeBytes / chunkBytes)) - 1;

/** Bytes of a segment as it lies in the store. */
export const sealedSegmentBytes = (sizeBytes: number, segment: number): number =>
  sealedSize(Math.min(segmentBytes, sizeBytes - segment * segmentBytes));
