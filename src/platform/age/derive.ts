import { hkdfSync } from "node:crypto";

const keyBytes = 32;

/** HKDF-SHA-256 (RFC 5869) to 32 bytes. An empty salt is the RFC's "not provided". */
export const deriveKey = (secret: Uint8Array, salt: Uint8Array, label: string): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", secret, salt, label, keyBytes));
