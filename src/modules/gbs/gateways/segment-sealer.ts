import { createHmac, hkdfSync } from "node:crypto";
import { createPayloadCipher, sealedChunkBytes } from "#platform/age/payload-cipher";
import { chunksPerSegment } from "./recording-layout.ts";

/** Makes of a recording's bytes what is stored of them, for one file key and payload nonce. */
export type SegmentSealer = {
  /**
   * Tells the plaintext of a segment from every other one, to whoever has the file key alone: hex. What is sealed under
   * one segment number must always have the same.
   */
  mac(segment: number, plain: Uint8Array): string;
  /** `endsRecording`: it is the last segment. What is given is overwritten by the next call. */
  seal(segment: number, plain: Uint8Array, endsRecording: boolean): Promise<Uint8Array>;
};

/** Keeps the use of the key apart from those of the age format. */
const macLabel = "fintrack evidence segment v1";
const macKeyBytes = 32;

export async function createSegmentSealer(
  fileKey: Uint8Array,
  payloadNonce: string,
): Promise<SegmentSealer> {
  const nonce = Uint8Array.fromHex(payloadNonce);
  const cipher = await createPayloadCipher(fileKey, nonce);
  const macKey = new Uint8Array(hkdfSync("sha256", fileKey, nonce, macLabel, macKeyBytes));
  // One segment is stored at a time: new memory for each would be cleared away much later.
  const sealed = new Uint8Array(chunksPerSegment * sealedChunkBytes);
  return {
    mac: (segment, plain) =>
      createHmac("sha256", macKey).update(`${segment}\n`).update(plain).digest("hex"),
    seal: (segment, plain, endsRecording) =>
      cipher.sealChunks(segment * chunksPerSegment, plain, {
        ...{ endsPayload: endsRecording, into: sealed },
      }),
  };
}
