import { randomBytes } from "node:crypto";
import { createAead, tagBytes } from "./aead.ts";

/** Bytes of the key that everything else of a file is derived from. */
export const fileKeyBytes = 16;
/** Bytes between header and first chunk. */
export const payloadNonceBytes = 16;
const wrappedBytes = fileKeyBytes + tagBytes;

/** Each wrapping key wraps one file key, so the specification has its nonce be zero. */
const zeroNonce = new Uint8Array(12);

/** For one file: never a second one. */
export const newFileKey = (): Uint8Array => new Uint8Array(randomBytes(fileKeyBytes));

/** For one payload: with a new file key comes a new nonce. */
export const newPayloadNonce = (): Uint8Array => new Uint8Array(randomBytes(payloadNonceBytes));

/** The body of an X25519 or scrypt stanza. */
export async function wrapFileKey(
  wrappingKey: Uint8Array,
  fileKey: Uint8Array,
): Promise<Uint8Array> {
  if (fileKey.length !== fileKeyBytes) throw new RangeError("a file key has 16 bytes");
  return (await createAead(wrappingKey)).seal(zeroNonce, fileKey);
}

/** Null when it was wrapped under another key. */
export async function unwrapFileKey(
  wrappingKey: Uint8Array,
  body: Uint8Array,
): Promise<Uint8Array | null> {
  return (await createAead(wrappingKey)).open(zeroNonce, body);
}

/**
 * To be asked before a body is opened: of one with another length somebody could make several keys fit (partitioning
 * oracles).
 */
export const canBeFileKey = (body: Uint8Array): boolean => body.length === wrappedBytes;
