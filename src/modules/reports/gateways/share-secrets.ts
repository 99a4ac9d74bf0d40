import { createHash, createHmac, randomBytes } from "node:crypto";
import type { ShareSecrets } from "../deps.ts";
import { tokenBytes } from "../domain/share.ts";

/** Hex characters that tell two clients of one link apart, and no more. */
const clientMarkLength = 12;

export const createShareSecrets = (): ShareSecrets => ({
  newToken: () => randomBytes(tokenBytes).toString("base64url"),
  newSalt: () => new Uint8Array(randomBytes(tokenBytes)),
  hashOf: (token) => new Uint8Array(createHash("sha256").update(token).digest()),
  markOf: (client, salt) =>
    createHmac("sha256", salt).update(client).digest("hex").slice(0, clientMarkLength),
});
