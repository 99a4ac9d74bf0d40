import { createHash } from "node:crypto";
import * as zlib from "node:zlib";

/** SHA-256 of what is too long to be held at once. */
export type Sha256 = {
  update(bytes: Uint8Array): void;
  /** Once, at the end. */
  hex(): string;
};

export function newSha256(): Sha256 {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
}

/**
 * CRC-32 of the bytes (PKWARE APPNOTE 4.4.7), going on from that of the bytes before them. Written in JavaScript it took
 * 200 times as long: seconds of the event loop for a dossier with a recording.
 */
export const crc32 = (bytes: Uint8Array, before = 0): number => zlib.crc32(bytes, before);
