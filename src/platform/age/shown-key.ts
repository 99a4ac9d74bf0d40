/** Crockford's Base32: digits and upper-case letters without I, L, O (read as digits) and U. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Five bits each: 100. */
const characters = 20;
const group = 5;
/** Longer than a key with a space after every character. */
const maxTextLength = 100;

const separators = /[\s\p{Pd}]/gu;
const typed = /^[0-9A-TV-Za-tv-z]{20}$/;

/** `XXXXX-XXXXX-XXXXX-XXXXX` with exactly 100 random bits; the text itself is the passphrase. */
export function newShownKey(randomBytes: (count: number) => Uint8Array): string {
  // Of each byte the lower five bits: 32 divides 256, so every character is as likely as every other.
  const bytes = randomBytes(characters);
  return grouped(Array.from(bytes, (byte) => alphabet.charAt(byte & 31)).join(""));
}

/**
 * What somebody typed, as it was shown: case, spaces and dashes do not matter, O is 0, I and L are 1. Null when it cannot
 * be a key.
 */
export function readShownKey(text: string): string | null {
  if (text.length > maxTextLength) return null;
  const bare = text.replace(separators, "");
  if (!typed.test(bare)) return null;
  return grouped(bare.toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1"));
}

function grouped(key: string): string {
  const starts = Array.from({ length: characters / group }, (_, index) => index * group);
  return starts.map((start) => key.slice(start, start + group)).join("-");
}
