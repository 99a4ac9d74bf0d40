import { setTimeout } from "node:timers/promises";
import { AgeError } from "#platform/age/errors";
import { maxHeaderBytes } from "#platform/age/header";
import {
  chunkBytes,
  chunksInFlight,
  createPayloadCipher,
  sealedChunkBytes,
  sealedSize,
} from "#platform/age/payload-cipher";
import { giveBack } from "#platform/give-back";
import type { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import { maxKeysAtOnce, type ObjectStore } from "#platform/storage/object-store";
import type { Storage } from "#platform/storage/storage";
import { gbsErrors } from "../errors.ts";
import { newSha256 } from "./checksums.ts";
import { chunksPerSegment, lastChunkOf, sealedSegmentBytes } from "./recording-layout.ts";

/** Where the payload of a recording lies, and how long the recording is. */
export type Recording = {
  readonly uploadId: Id;
  readonly debtId: Id;
  /** 16 bytes, hex. */
  readonly payloadNonce: string;
  readonly sizeBytes: number;
};
export type Place = Pick<Recording, "uploadId" | "debtId">;

/** What the stored payload of a recording is, read from its beginning to its end. Hashes are SHA-256, hex. */
export type ExaminedRecording = {
  /** Of the recording as it was sent. */
  readonly sha256: string;
  /** Of nonce and payload. */
  readonly payloadSha256: string;
  /** Its first bytes: at most a chunk. */
  readonly beginning: Uint8Array;
};

/**
 * Recordings as they are stored: a payload (age v1) in segments that are never rewritten, and apart from it, where no
 * backup reaches, the header that opens it for a review. Failures are those of the store; a payload that is not what was
 * stored is `gbs.evidence_damaged` (503), which names the place.
 */
export type EvidenceVault = {
  putReviewHeader(uploadId: Id, header: Uint8Array): Promise<void>;
  /** Null when it is gone: destroyed, or lost with what no backup holds. */
  readReviewHeader(uploadId: Id): Promise<Uint8Array | null>;
  /** Confirmed: when it resolves the header is gone. */
  destroyReviewHeader(uploadId: Id): Promise<void>;
  /** Durable when it resolves. The same segment always has the same bytes. */
  putSegment(place: Place, segment: number, sealed: AsyncIterable<Uint8Array>): Promise<void>;
  deleteSegment(place: Place, segment: number): Promise<void>;
  /**
   * Bytes `first` to `last` of the recording, both included. Reads only what it gives, by whole chunks; gives nothing of a
   * chunk before it is found authentic. Whoever has seen enough ends it with `return`.
   */
  readRange(
    recording: Recording,
    fileKey: Uint8Array,
    first: number,
    last: number,
  ): AsyncGenerator<Uint8Array, void>;
  /**
   * Nonce and payload as they lie in the store: with a header before them a whole .age file. Each piece is gone when the
   * next but one is asked for.
   */
  sealedPayload(recording: Recording): AsyncGenerator<Uint8Array, void>;
  /** How many bytes {@link sealedPayload} gives of what is whole. */
  payloadBytes(recording: Recording): number;
  /** All of it, opened and hashed on the way. */
  examine(
    recording: Recording,
    fileKey: Uint8Array,
    signal: AbortSignal,
  ): Promise<ExaminedRecording>;
  /** Confirmed: when it resolves no segment is left. */
  destroyPayload(place: Place): Promise<void>;
};

export function createEvidenceVault({
  objects,
  volatile,
}: Pick<Storage, "objects" | "volatile">): EvidenceVault {
  return {
    async putReviewHeader(uploadId, header) {
      await volatile.put(headerKey(uploadId), once(header));
    },

    async readReviewHeader(uploadId) {
      const stored = await volatile.get(headerKey(uploadId));
      if (!stored) return null;
      if (stored.sizeBytes > maxHeaderBytes) {
        await stored.chunks.return?.();
        return null;
      }
      const parts: Uint8Array[] = [];
      for await (const part of stored.chunks) parts.push(part);
      return new Uint8Array(Buffer.concat(parts));
    },

    destroyReviewHeader: (uploadId) => volatile.delete([headerKey(uploadId)]),

    async putSegment(place, segment, sealed) {
      await objects.put(segmentKey(place, segment), sealed, { hashed: false });
    },

    deleteSegment: (place, segment) => objects.delete([segmentKey(place, segment)]),

    async *readRange(recording, fileKey, first, last) {
      if (first < 0 || last < first || last >= recording.sizeBytes)
        throw new RangeError("no range of this recording");
      const chunks = { first: Math.floor(first / chunkBytes), last: Math.floor(last / chunkBytes) };
      const cipher = await cipherOf(recording, fileKey);
      let at = chunks.first * chunkBytes;
      for await (const batch of sealedChunks(objects, recording, chunks))
        for await (const plain of opened(cipher, batch)) {
          const wanted = plain.subarray(Math.max(0, first - at), last + 1 - at);
          at += plain.length;
          yield wanted;
        }
    },

    async *sealedPayload(recording) {
      yield nonceOf(recording);
      const segments = Math.floor(lastChunkOf(recording.sizeBytes) / chunksPerSegment) + 1;
      for (let segment = 0; segment < segments; segment += 1) {
        const size = sealedSegmentBytes(recording.sizeBytes, segment);
        const part = { segment, size, offset: 0, length: size };
        let given = 0;
        let before: Uint8Array | undefined;
        // As the store gives it: nothing is gathered or copied for what nobody opens.
        for await (const bytes of partOfSegment(objects, recording, part)) {
          given += bytes.length;
          yield bytes;
          if (before) giveBack(before);
          before = bytes;
        }
        if (given < size) throw damaged(`Segment ${segment} is shorter than it was.`);
      }
    },

    payloadBytes: (recording) => nonceOf(recording).length + sealedSize(recording.sizeBytes),

    async examine(recording, fileKey, signal) {
      const cipher = await cipherOf(recording, fileKey);
      const [clear, payload] = [newSha256(), newSha256()];
      let beginning = new Uint8Array();
      payload.update(nonceOf(recording));
      for await (const batch of sealedChunks(objects, recording, allOf(recording))) {
        signal.throwIfAborted();
        let at = 0;
        for await (const plain of opened(cipher, batch)) {
          if (beginning.length === 0) beginning = plain.slice();
          clear.update(plain);
          payload.update(batch.bytes.subarray(at, at + sealedChunkBytes));
          at += sealedChunkBytes;
          giveBack(plain);
        }
        // Nobody waits for this; others may wait for us.
        await setTimeout(breathMs);
      }
      return { sha256: clear.hex(), payloadSha256: payload.hex(), beginning };
    },

    async destroyPayload(place) {
      for (;;) {
        const left = await objects.list(prefixOf(place), { limit: maxKeysAtOnce });
        if (left.length === 0) return;
        await objects.delete(left.map(({ key }) => key));
      }
    },
  };
}

/** After so much as is opened at once. */
const breathMs = 1;

const prefixOf = ({ debtId, uploadId }: Place): string => `evidence/${debtId}/${uploadId}/`;
const segmentKey = (place: Place, segment: number): string =>
  `${prefixOf(place)}${String(segment).padStart(6, "0")}`;
const headerKey = (uploadId: Id): string => `evidence/${uploadId}/review-header`;

const nonceOf = ({ payloadNonce }: Recording): Uint8Array => Uint8Array.fromHex(payloadNonce);
const cipherOf = (recording: Recording, fileKey: Uint8Array) =>
  createPayloadCipher(fileKey, nonceOf(recording));
const allOf = ({ sizeBytes }: Recording) => ({ first: 0, last: lastChunkOf(sizeBytes) });

type Batch = {
  /** Of its first chunk. */
  readonly index: number;
  /** Overwritten as soon as the next batch is asked for. */
  readonly bytes: Uint8Array;
  readonly endsPayload: boolean;
};

/** Sealed chunks of a payload, both ends included, as many at a time as are opened at once. */
async function* sealedChunks(
  objects: ObjectStore,
  recording: Recording,
  { first, last }: { readonly first: number; readonly last: number },
): AsyncGenerator<Batch, void> {
  const buffer = new Uint8Array(chunksInFlight * sealedChunkBytes);
  const end = lastChunkOf(recording.sizeBytes);
  for (let next = first; next <= last; ) {
    const segment = Math.floor(next / chunksPerSegment);
    const upTo = Math.min(last, (segment + 1) * chunksPerSegment - 1);
    const offset = (next - segment * chunksPerSegment) * sealedChunkBytes;
    const size = sealedSegmentBytes(recording.sizeBytes, segment);
    const length = Math.min(size, offset + (upTo - next + 1) * sealedChunkBytes) - offset;
    const bytes = partOfSegment(objects, recording, { segment, size, offset, length });
    for await (const { used } of gathered(bytes, buffer)) {
      const index = next;
      next += Math.ceil(used.length / sealedChunkBytes);
      yield { index, bytes: used, endsPayload: next - 1 === end };
    }
    if (next <= upTo) throw damaged(`Segment ${segment} is shorter than it was.`);
  }
}

async function* partOfSegment(
  objects: ObjectStore,
  recording: Recording,
  part: {
    readonly segment: number;
    /** Of the whole segment. */
    readonly size: number;
    readonly offset: number;
    readonly length: number;
  },
): AsyncGenerator<Uint8Array, void> {
  const { segment, size, offset, length } = part;
  const stored = await objects.get(segmentKey(recording, segment));
  if (!stored) throw damaged(`Segment ${segment} is missing.`);
  if (stored.sizeBytes !== size) {
    await stored.chunks.return?.();
    throw damaged(`Segment ${segment} has another length than it had.`);
  }
  let at = 0;
  for await (const bytes of stored.chunks) {
    const wanted = bytes.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at));
    at += bytes.length;
    if (wanted.length > 0) yield wanted;
    if (at >= offset + length) return;
  }
}

/** The source in pieces that fill the buffer, but for the last. */
async function* gathered(
  source: AsyncIterable<Uint8Array>,
  buffer: Uint8Array,
): AsyncGenerator<{ readonly used: Uint8Array }, void> {
  let filled = 0;
  for await (const given of source) {
    for (let taken = 0; taken < given.length; ) {
      const piece = given.subarray(taken, taken + buffer.length - filled);
      buffer.set(piece, filled);
      filled += piece.length;
      taken += piece.length;
      if (filled < buffer.length) continue;
      yield { used: buffer };
      filled = 0;
    }
    giveBack(given);
  }
  if (filled > 0) yield { used: buffer.subarray(0, filled) };
}

async function* opened(
  cipher: Awaited<ReturnType<typeof createPayloadCipher>>,
  { index, bytes, endsPayload }: Batch,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* cipher.openEach(index, bytes, { endsPayload });
  } catch (error) {
    throw error instanceof AgeError ? damaged(error.message, error) : error;
  }
}

const damaged = (where: string, cause?: unknown): AppError =>
  gbsErrors.fail("evidence_damaged", `What is stored is not what was recorded. ${where}`, {
    cause,
  });

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}
