import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";

const defaultIterations = 4096;
const saltSizeBytes = 16;
const keySizeBytes = 32;

/**
 * What PostgreSQL stores instead of a password: `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey` (RFC 7677,
 * RFC 5803). Sent in place of the password, no statement or log ever holds it. For ASCII passwords: SASLprep, which
 * leaves those as they are, is not applied.
 */
export function scramVerifier(
  password: string,
  salt: Buffer = randomBytes(saltSizeBytes),
  iterations: number = defaultIterations,
): string {
  const salted = pbkdf2Sync(password, salt, iterations, keySizeBytes, "sha256");
  const hmac = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  const serverKey = hmac("Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

/** Whether `verifier` was made from `password`. */
export function matchesVerifier(password: string, verifier: string): boolean {
  const [, iterations, salt] = /^SCRAM-SHA-256\$(\d+):([^$]+)\$/.exec(verifier) ?? [];
  if (!iterations || !salt) return false;
  const expected = scramVerifier(password, Buffer.from(salt, "base64"), Number(iterations));
  return (
    expected.length === verifier.length &&
    timingSafeEqual(Buffer.from(expected), Buffer.from(verifier))
  );
}
