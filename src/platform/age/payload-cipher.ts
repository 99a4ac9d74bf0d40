import { giveBack } from "../give-back.ts";
import { type Aead, createAead, tagBytes } from "./aead.ts";
import { deriveKey } from "./derive.ts";
import { AgeError } from "./errors.ts";
import { fileKeyBytes, payloadNonceBytes } from "./file-key.ts";
import { inOrder } from "./in-order.ts";

/** Bytes of plaintext in every chunk but the last, which may be shorter. */
export const chunkBytes = 64 * 1024;
export const sealedChunkBytes = chunkBytes + tagBytes;
/** Chunks that are computed at once: more make it no faster, and each holds its bytes. */
export const chunksInFlight = 8;

export type ChunksOptions = {
  /** Whether the last of these chunks is the final one of the whole payload. */
  readonly endsPayload: boolean;
};

/**
 * The payload of one file, in the STREAM construction of age v1: chunks that can be read by themselves, yet neither
 * moved nor left out. Chunks are counted from 0; the payload's final chunk may be short, and is empty only when the whole
 * payload is (then it is chunk 0).
 *
 * Sealing throws a RangeError for chunks that a payload cannot have. Opening throws {@link AgeError}
 * `chunk_not_authentic`, `truncated` or `trailing_data`, and then gives nothing.
 */
export type PayloadCipher = {
  /** One chunk and its tag. Two different plaintexts under one index would give both away. */
  sealChunk(index: number, isLast: boolean, plain: Uint8Array): Promise<Uint8Array>;
  openChunk(index: number, isLast: boolean, sealed: Uint8Array): Promise<Uint8Array>;
  /**
   * Chunks one after another, {@link chunksInFlight} at once. Without `endsPayload`: whole chunks only. `into`: memory that
   * is long enough, and is used instead of new one.
   */
  sealChunks(
    firstIndex: number,
    plain: Uint8Array,
    options: ChunksOptions & { readonly into?: Uint8Array },
  ): Promise<Uint8Array>;
  openChunks(firstIndex: number, sealed: Uint8Array, options: ChunksOptions): Promise<Uint8Array>;
  /** As `openChunks`, but gives each chunk as soon as it is found authentic, before it throws for a later one. */
  openEach(
    firstIndex: number,
    sealed: Uint8Array,
    options: ChunksOptions,
  ): AsyncGenerator<Uint8Array, void>;
};

/** Bytes that a payload of so many bytes has when it is sealed, without header and nonce. */
export const sealedSize = (plainBytes: number): number =>
  plainBytes + tagBytes * Math.max(1, Math.ceil(plainBytes / chunkBytes));

/** `fileKey` and `nonce`: 16 bytes each. */
export async function createPayloadCipher(
  fileKey: Uint8Array,
  nonce: Uint8Array,
): Promise<PayloadCipher> {
  if (fileKey.length !== fileKeyBytes || nonce.length !== payloadNonceBytes)
    throw new RangeError("a file key and a payload nonce have 16 bytes each");
  const aead = await createAead(deriveKey(fileKey, nonce, "payload"));

  async function* openEach(
    firstIndex: number,
    sealed: Uint8Array,
    { endsPayload }: ChunksOptions,
  ): AsyncGenerator<Uint8Array, void> {
    const count = Math.ceil(sealed.length / sealedChunkBytes);
    if (count === 0) throw truncated(firstIndex);
    const opened = inOrder(count, chunksInFlight, (at) => {
      const chunk = part(sealed, at, sealedChunkBytes);
      return openEither(aead, firstIndex + at, endsPayload && at === count - 1, chunk);
    });
    for await (const { plain, fault } of opened) {
      yield plain;
      if (fault) throw fault;
    }
  }

  return {
    sealChunk: (index, isLast, plain) => seal(aead, index, isLast, plain),

    async openChunk(index, isLast, sealed) {
      const { plain, fault } = await openEither(aead, index, isLast, sealed);
      if (fault) throw fault;
      return plain;
    },

    async sealChunks(firstIndex, plain, { endsPayload, into }) {
      const count = Math.max(1, Math.ceil(plain.length / chunkBytes));
      const sealed = inOrder(count, chunksInFlight, (at) => {
        const chunk = part(plain, at, chunkBytes);
        return seal(aead, firstIndex + at, endsPayload && at === count - 1, chunk);
      });
      return joined(sealed, into ?? new Uint8Array(plain.length + count * tagBytes));
    },

    async openChunks(firstIndex, sealed, options) {
      return joined(openEach(firstIndex, sealed, options), new Uint8Array(sealed.length));
    },

    openEach,
  };
}

async function seal(
  aead: Aead,
  index: number,
  isLast: boolean,
  plain: Uint8Array,
): Promise<Uint8Array> {
  const fits = isLast
    ? plain.length <= chunkBytes && (plain.length > 0 || index === 0)
    : plain.length === chunkBytes;
  if (!fits) throw new RangeError("a payload cannot have such a chunk here");
  return aead.seal(chunkNonce(index, isLast), plain);
}

type Opened = {
  readonly plain: Uint8Array;
  /** The chunk itself is authentic, but does not belong at this end of a payload. */
  readonly fault: AgeError | null;
};

/** What fails in the place where it was found may be authentic in the other: that tells what happened to the file. */
async function openEither(
  aead: Aead,
  index: number,
  isLast: boolean,
  sealed: Uint8Array,
): Promise<Opened> {
  const plain = await openAs(aead, index, isLast, sealed);
  if (plain) return { plain, fault: null };
  const elsewhere = await openAs(aead, index, !isLast, sealed);
  if (elsewhere)
    return { plain: elsewhere, fault: isLast ? truncated(index + 1) : trailing(index) };
  throw new AgeError(
    "chunk_not_authentic",
    `Chunk ${index} was changed, cut or moved, or belongs to another file.`,
  );
}

async function openAs(
  aead: Aead,
  index: number,
  isLast: boolean,
  sealed: Uint8Array,
): Promise<Uint8Array | null> {
  const fits = isLast
    ? sealed.length <= sealedChunkBytes && (sealed.length > tagBytes || index === 0)
    : sealed.length === sealedChunkBytes;
  return fits ? aead.open(chunkNonce(index, isLast), sealed) : null;
}

/** Eleven bytes of counter, highest first, and one that is 1 for the final chunk. */
function chunkNonce(index: number, isLast: boolean): Uint8Array {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError("chunks are counted from 0");
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  view.setBigUint64(3, BigInt(index));
  view.setUint8(11, isLast ? 1 : 0);
  return nonce;
}

const part = (bytes: Uint8Array, at: number, size: number): Uint8Array =>
  bytes.subarray(at * size, (at + 1) * size);

/** There is room for all of them. */
async function joined(parts: AsyncIterable<Uint8Array>, whole: Uint8Array): Promise<Uint8Array> {
  let used = 0;
  for await (const bytes of parts) {
    whole.set(bytes, used);
    used += bytes.length;
    giveBack(bytes);
  }
  return whole.subarray(0, used);
}

const truncated = (index: number) =>
  new AgeError("truncated", `The payload ends before its chunk ${index}.`);

const trailing = (index: number) =>
  new AgeError("trailing_data", `Something follows chunk ${index}, the payload's final one.`);
