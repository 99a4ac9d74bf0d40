import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const algorithm = "aes-256-gcm";
/** As NIST SP 800-38D recommends for GCM. Random, so one key may seal 2^32 texts: far more than we ever will. */
const nonceBytes = 12;
const tagBytes = 16;

const envelope = /^([0-9a-f]{16})\.([\w-]+)$/;

/** The id of the key that an envelope claims to be sealed with; null when it is no envelope of ours. */
export const sealingKeyId = (sealed: string): string | null => envelope.exec(sealed)?.[1] ?? null;

/** `<kid>.<base64url of nonce, ciphertext and tag>`. `context` is authenticated, not contained. `key`: 32 bytes. */
export function sealWith(key: Buffer, kid: string, plaintext: string, context: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(context));
  const parts = [nonce, cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()];
  return `${kid}.${Buffer.concat(parts).toString("base64url")}`;
}

/** What {@link sealWith} sealed with this key for this context; null for everything else. */
export function openWith(key: Buffer, sealed: string, context: string): string | null {
  const text = envelope.exec(sealed)?.[2] ?? "";
  const bytes = Buffer.from(text, "base64url");
  // The last character of base64url may have bits that decoding ignores: one sealed text has one spelling.
  if (bytes.length < nonceBytes + tagBytes || bytes.toString("base64url") !== text) return null;
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const opened = [decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()];
    return Buffer.concat(opened).toString("utf8");
  } catch {
    return null; // the tag does not fit: changed, or of another key or context
  }
}
