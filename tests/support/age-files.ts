import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { AgeError, type AgeErrorCode } from "#platform/age/errors";
import { newFileKey, newPayloadNonce } from "#platform/age/file-key";
import { chunkBytes, createPayloadCipher } from "#platform/age/payload-cipher";

/** Why it is refused; null when it is not. Whatever else is thrown is thrown on. */
export async function refusalOf(attempt: Promise<unknown>): Promise<AgeErrorCode | null> {
  try {
    await attempt;
    return null;
  } catch (error) {
    if (error instanceof AgeError) return error.code;
    throw error;
  }
}

export async function newPayload() {
  const fileKey = newFileKey();
  const nonce = newPayloadNonce();
  return { fileKey, nonce, cipher: await createPayloadCipher(fileKey, nonce) };
}

/** The whole of what a source gives, which may overwrite what it gave. */
export async function wholeOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(new Uint8Array(part));
  return Buffer.concat(parts);
}

/** In pieces of these sizes, over and over; a piece of 0 bytes is given, too. */
export async function* inPieces(
  bytes: Uint8Array,
  sizes: readonly number[],
): AsyncGenerator<Uint8Array, void> {
  for (let at = 0, piece = 0; at < bytes.length; piece += 1) {
    const size = sizes[piece % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

export const someBytes = (size: number): Uint8Array => new Uint8Array(randomBytes(size));

export function withFlippedBit(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = new Uint8Array(bytes);
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

/** Sizes of plaintexts, most of them where chunks meet; up to `chunks` chunks. */
export const plainSizes = (chunks: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc
      .tuple(fc.integer({ min: 0, max: chunks - 1 }), fc.integer({ min: -2, max: 2 }))
      .map(([whole, beside]) => Math.max(0, whole * chunkBytes + beside)),
    fc.integer({ min: 0, max: chunks * chunkBytes }),
  );
