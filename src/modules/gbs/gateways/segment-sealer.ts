import { createHmac, hkdfSync } from "node:crypto";
import {
  chunkBytes,
  chunksInFlight,
  createPayloadCipher,
  sealedSize,
} from "#platform/age/payload-cipher";
import type { SegmentMac } from "../domain/upload-parts.ts";
import { chunksPerSegment } from "./recording-layout.ts";

/** Makes of a recording's bytes what is stored of them, for one file key and payload nonce. */
export type SegmentSealer = {
  /**
   * Tells the plaintext of a segment from every other one, to whoever has the file key alone: hex. What is sealed under
   * one segment number must always have the same.
   */
  mac(segment: number): SegmentMac;
  /** `endsRecording`: it is the last segment. Each piece is given once, and overwritten by the next. */
  seal(
    segment: number,
    plain: Uint8Array,
    endsRecording: boolean,
  ): AsyncGenerator<Uint8Array, void>;
};

/** Keeps the use of the key apart from those of the age format. */
const macLabel = "fintrack evidence segment v1";
const macKeyBytes = 32;
/** Sealed at a time: so many chunks are computed at once. */
const batchBytes = chunksInFlight * chunkBytes;

export async function createSegmentSealer(
  fileKey: Uint8Array,
  payloadNonce: string,
): Promise<SegmentSealer> {
  const nonce = Uint8Array.fromHex(payloadNonce);
  const cipher = await createPayloadCipher(fileKey, nonce);
  const macKey = new Uint8Array(hkdfSync("sha256", fileKey, nonce, macLabel, macKeyBytes));
  return {
    mac(segment) {
      const hmac = createHmac("sha256", macKey).update(`${segment}\n`);
      return { update: (bytes) => void hmac.update(bytes), hex: () => hmac.digest("hex") };
    },

    async *seal(segment, plain, endsRecording) {
      const into = new Uint8Array(sealedSize(Math.min(plain.length, batchBytes)));
      for (let at = 0; at < plain.length; at += batchBytes) {
        const first = segment * chunksPerSegment + at / chunkBytes;
        const endsPayload = endsRecording && at + batchBytes >= plain.length;
        const batch = plain.subarray(at, at + batchBytes);
        yield await cipher.sealChunks(first, batch, { endsPayload, into });
      }
    },
  };
}
