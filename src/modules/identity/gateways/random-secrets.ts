import { createHash, randomBytes } from "node:crypto";
import type { RandomSecrets } from "../deps.ts";

/** From the operating system's generator; hashes for secrets that nobody could guess anyway. */
export const createRandomSecrets = (): RandomSecrets => ({
  bytes: (count) => new Uint8Array(randomBytes(count)),
  token: (byteCount) => randomBytes(byteCount).toString("base64url"),
  hashOf: (secret) => createHash("sha256").update(secret).digest("hex"),
});
