/** Pairs that open and close, other than those whose second follows the first in Unicode. */
const apart = new Map([
  ["[", "]"],
  ["{", "}"],
]);
/** Look into the other direction in text from right to left (Bidi_Mirroring_Glyph), beside brackets. */
const mirrored = ["<>", "«»", "‹›", "≤≥", "≪≫"];

/** The closing bracket of an opening one (Bidi_Paired_Bracket), undefined for all else. */
export function closingBracketOf(character: string): string | undefined {
  const known = apart.get(character);
  if (known !== undefined || !/\p{Ps}/u.test(character)) return known;
  const next = String.fromCodePoint((character.codePointAt(0) ?? 0) + 1);
  return /\p{Pe}/u.test(next) ? next : undefined;
}

const mirror = new Map<string, string>();
for (const [left = "", right = ""] of mirrored) mirror.set(left, right).set(right, left);
for (let codePoint = 0; codePoint < 0x3000; codePoint++) {
  const opening = String.fromCodePoint(codePoint);
  const closing = closingBracketOf(opening);
  if (closing !== undefined) mirror.set(opening, closing).set(closing, opening);
}

/** The character whose glyph stands for this one in text from right to left (UAX #9, L4). */
export const mirroredOf = (character: string): string => mirror.get(character) ?? character;
