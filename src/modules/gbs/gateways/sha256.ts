import { createHash } from "node:crypto";

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
