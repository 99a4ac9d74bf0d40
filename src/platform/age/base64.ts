/** Base64 without padding (RFC 4648 section 4), as age writes it. */
export const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString("base64").replace(/=+$/, "");

/** Null unless it is the one spelling of exactly so many bytes. */
export function fromBase64(text: string, byteCount: number): Uint8Array | null {
  const bytes = new Uint8Array(Buffer.from(text, "base64"));
  return bytes.length === byteCount && toBase64(bytes) === text ? bytes : null;
}
