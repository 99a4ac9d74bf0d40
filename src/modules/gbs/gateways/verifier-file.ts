import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** The verifier as it is given away: one file, the same for everybody. */
export type VerifierFile = {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Hex. */
  readonly sha256: string;
};

const name = "verify.mjs";

export function readVerifierFile(): VerifierFile {
  const bytes = readFileSync(new URL(`../verifier/${name}`, import.meta.url));
  return { name, bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}
