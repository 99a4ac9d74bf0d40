/** 80 bits: nobody guesses one, so a plain hash is enough to store it. */
export const recoveryCodeBytes = 10;
/** How many a set has. */
export const recoveryCodesPerSet = 10;

/** Base 32 without I, L, O and U: letters that are read as digits, or make words (Crockford's alphabet). */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const bitsPerCharacter = 5;
const charactersPerGroup = 4;
const codeLength = (recoveryCodeBytes * 8) / bitsPerCharacter;

/** "XXXX-XXXX-XXXX-XXXX" of {@link recoveryCodeBytes} random bytes. */
export function formatRecoveryCode(bytes: Uint8Array): string {
  if (bytes.length !== recoveryCodeBytes) throw new RangeError("a recovery code has 10 bytes");
  const characters: string[] = [];
  let [pending, bits] = [0, 0];
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    for (bits += 8; bits >= bitsPerCharacter; bits -= bitsPerCharacter)
      characters.push(alphabet.charAt((pending >> (bits - bitsPerCharacter)) & 31));
    pending &= (1 << bits) - 1;
  }
  const groups = [];
  for (let at = 0; at < characters.length; at += charactersPerGroup)
    groups.push(characters.slice(at, at + charactersPerGroup).join(""));
  return groups.join("-");
}

/**
 * A recovery code as somebody types it from paper: in any case, with or without hyphens and spaces, O for 0, I and L
 * for 1. Gives its 16 characters, the only form that is hashed; null = not the shape of a recovery code.
 */
export function readRecoveryCode(typed: string): string | null {
  // ASCII only: upper-casing makes an I of the dotless i, and so would accept what was never shown.
  if (!/^[0-9A-Za-z -]+$/.test(typed)) return null;
  const code = typed
    .replaceAll(/[ -]/g, "")
    .toUpperCase()
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
  const known = [...code].every((character) => alphabet.includes(character));
  return known && code.length === codeLength ? code : null;
}
