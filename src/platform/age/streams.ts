import { AgeError } from "./errors.ts";
import { newFileKey, newPayloadNonce, payloadNonceBytes } from "./file-key.ts";
import {
  headerForRecipients,
  headerLength,
  maxHeaderBytes,
  noHeader,
  openHeader,
} from "./header.ts";
import {
  chunkBytes,
  chunksInFlight,
  createPayloadCipher,
  sealedChunkBytes,
} from "./payload-cipher.ts";

/**
 * A whole .age file for X25519 recipients (1 to `maxRecipients`, each of whom can open it alone). Holds a few chunks at a
 * time, however long the source is. Throws {@link AgeError} `recipient_invalid`, and what the source throws.
 */
export async function* encryptStream(
  source: AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): AsyncGenerator<Uint8Array, void> {
  const fileKey = newFileKey();
  const nonce = newPayloadNonce();
  const cipher = await createPayloadCipher(fileKey, nonce);
  yield await headerForRecipients(fileKey, recipients);
  yield nonce;
  for await (const { index, bytes, endsPayload } of batches(source, chunkBytes))
    yield await cipher.sealChunks(index, bytes, { endsPayload });
}

/**
 * What an .age file for this identity holds. Gives nothing of a chunk before the chunk is found authentic; but only who
 * reads to the end knows that nothing is missing there. Holds a few chunks at a time.
 * Throws {@link AgeError} of any code, and what the source throws.
 */
export async function* decryptStream(
  source: AsyncIterable<Uint8Array>,
  identity: string,
): AsyncGenerator<Uint8Array, void> {
  const reader = createReader(source);
  try {
    const fileKey = await openHeader(await reader.takeHeader(), { identity });
    if (!fileKey) throw new AgeError("no_match", "The file is encrypted to somebody else.");
    const cipher = await createPayloadCipher(fileKey, await reader.takeNonce());
    for await (const { index, bytes, endsPayload } of batches(reader.rest(), sealedChunkBytes))
      yield* cipher.openEach(index, bytes, { endsPayload });
  } finally {
    await reader.close();
  }
}

type Batch = {
  /** Of its first chunk. */
  readonly index: number;
  /** Overwritten as soon as the next batch is asked for. */
  readonly bytes: Uint8Array;
  readonly endsPayload: boolean;
};

/** The source in pieces of {@link chunksInFlight} chunks; the last one is shorter, and empty only if the source is. */
async function* batches(
  source: AsyncIterable<Uint8Array>,
  bytesOfChunk: number,
): AsyncGenerator<Batch, void> {
  const batch = new Uint8Array(chunksInFlight * bytesOfChunk);
  let index = 0;
  let used = 0;
  for await (const given of source) {
    for (let taken = 0; taken < given.length; ) {
      // A full batch waits for the byte after it: only then is it known not to be the last.
      if (used === batch.length) {
        yield { index, bytes: batch, endsPayload: false };
        index += chunksInFlight;
        used = 0;
      }
      const piece = given.subarray(taken, taken + batch.length - used);
      batch.set(piece, used);
      used += piece.length;
      taken += piece.length;
    }
  }
  yield { index, bytes: batch.subarray(0, used), endsPayload: true };
}

/** Takes the beginning of a file apart before the rest is streamed. */
function createReader(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]();
  let ahead: Uint8Array = new Uint8Array();

  async function readOn(): Promise<boolean> {
    const { done, value } = await iterator.next();
    if (done) return false;
    ahead = Buffer.concat([ahead, value]);
    return true;
  }

  function take(length: number): Uint8Array {
    const taken = ahead.subarray(0, length);
    ahead = ahead.subarray(length);
    return taken;
  }

  return {
    async takeHeader(): Promise<Uint8Array> {
      for (;;) {
        const length = headerLength(ahead);
        if (length !== null) return take(length);
        if (ahead.length >= maxHeaderBytes || !(await readOn())) throw noHeader();
      }
    },
    async takeNonce(): Promise<Uint8Array> {
      while (ahead.length < payloadNonceBytes) {
        if (!(await readOn()))
          throw new AgeError("header_invalid", "The file ends right after its header.");
      }
      return take(payloadNonceBytes);
    },
    async *rest(): AsyncGenerator<Uint8Array, void> {
      if (ahead.length > 0) yield ahead;
      ahead = new Uint8Array();
      for (let read = await iterator.next(); !read.done; read = await iterator.next())
        yield read.value;
    },
    close: async (): Promise<void> => {
      await iterator.return?.();
    },
  };
}
