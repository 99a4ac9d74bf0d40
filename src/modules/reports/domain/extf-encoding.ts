/** What Windows-1252 has at 80 to 9F instead of controls; blank = nothing (81, 8D, 8F, 90, 9D). */
const upper = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";
const firstUpper = 0x80;

const byteOfUpper = new Map(
  Array.from(upper, (character, index) => [character, firstUpper + index] as const).filter(
    ([character]) => character !== " ",
  ),
);

/** The byte of a character; undefined = Windows-1252 has none. */
function byteOf(character: string): number | undefined {
  const code = character.codePointAt(0) ?? 0;
  return code < firstUpper || (code >= 0xa0 && code <= 0xff) ? code : byteOfUpper.get(character);
}

export const isWindows1252 = (text: string): boolean =>
  Array.from(text).every((character) => byteOf(character) !== undefined);

/** Throws a RangeError on what the code page does not have: that is replaced before, where somebody learns of it. */
export function windows1252Of(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const byte = byteOf(text.charAt(at));
    if (byte === undefined) throw new RangeError("a character that Windows-1252 does not have");
    bytes[at] = byte;
  }
  return bytes;
}
