import { createHash } from "node:crypto";

/** SHA-256 of a file that comes in pieces; `digest` in hex. */
export function createFileHash() {
  const hash = createHash("sha256");
  return {
    update: (piece: Uint8Array): void => void hash.update(piece),
    digest: (): string => hash.digest("hex"),
  };
}
