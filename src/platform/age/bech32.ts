const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const separator = "1";
const checksumLength = 6;

/**
 * The bytes that a Bech32 text (BIP 173) holds. Only for what was found valid already, checksum and padding included:
 * takes its groups of five bits apart and checks nothing.
 */
export function bytesOfBech32(valid: string): Uint8Array {
  const text = valid.toLowerCase();
  const bytes: number[] = [];
  let bits = 0;
  let bitCount = 0;
  for (const character of text.slice(text.lastIndexOf(separator) + 1, -checksumLength)) {
    bits = ((bits << 5) | alphabet.indexOf(character)) & 0xfff;
    bitCount += 5;
    if (bitCount < 8) continue;
    bitCount -= 8;
    bytes.push((bits >> bitCount) & 0xff);
  }
  return new Uint8Array(bytes);
}
