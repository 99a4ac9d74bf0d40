/** 0: from left to right, 1: from right to left. */
export type Direction = 0 | 1;

/** Bidi_Class of UAX #9 but for controls and ends of paragraphs, which are no part of what is laid out. */
export type BidiClass =
  | ("L" | "R" | "AL" | "EN" | "ES" | "ET" | "AN" | "CS")
  | ("NSM" | "BN" | "WS" | "ON");

/**
 * By DerivedBidiClass.txt of Unicode 14, for the characters that the fonts have, as few ranges as they allow; the first that fits
 * counts, and what fits none is L.
 */
const classes: readonly (readonly [BidiClass, RegExp])[] = [
  ["NSM", /[\p{Mn}\p{Me}]/u],
  ["BN", /[\u00ad\u200b-\u200d\ufeff]/],
  [
    "EN",
    /[0-9\u00b2\u00b3\u00b9\u06f0-\u06f9\u2070\u2074-\u2079\u2080-\u2089\u{1d7ce}-\u{1d7ff}]/u,
  ],
  ["AN", /[\u0600-\u0605\u0660-\u0669\u066b\u066c\u06dd]/],
  ["ES", /[+\-\u207a\u207b\u208a\u208b\u2212\ufb29]/],
  ["CS", /[,./:\u00a0\u060c\u202f\u2044]/],
  [
    "ET",
    /[#$%\u00a2-\u00a5\u00b0\u00b1\u0609\u060a\u066a\u0e3f\u2030-\u2034\u20a0-\u20cf\u212e\u2213]/,
  ],
  ["ON", /[\u0606\u0607\u060e\u060f\u06de\u06e9\u07f6-\u07f9\ufd3e\ufd3f\ufdfd]/],
  ["R", /[\u0590-\u05ff\u07c0-\u085f\u200f\ufb1d-\ufb4f]/],
  ["AL", /[\u0608\u060b\u060d\u061b-\u08ff\ufb50-\ufdff\ufe70-\ufefe\u{1ee00}-\u{1eeff}]/u],
  ["WS", /\p{Zs}/u],
  [
    "L",
    /[\u0482\u055a-\u055f\u0589\u10fb\u166e\u2336-\u237a\u2395\u26ac\u2800-\u28ff\ua4fe\ua4ff\ua789\ua78a\u{1d6c1}\u{1d6fb}\u{1d735}\u{1d76f}\u{1d7a9}]/u,
  ],
  [
    "ON",
    /[\p{P}\p{S}\u00bc-\u00be\u02b9\u02ba\u02c6-\u02cf\u02ec\u0374\u2150-\u215f\u2189\u2460-\u2469\u2776-\u2793\ua71b-\ua71f]/u,
  ],
];

const known = new Map<string, BidiClass>();

export function bidiClassOf(character: string): BidiClass {
  let found = known.get(character);
  if (!found) {
    found = classes.find(([, characters]) => characters.test(character))?.[0] ?? "L";
    known.set(character, found);
  }
  return found;
}

/** Whether a text has a character that is read from right to left; without one there is nothing to reorder. */
export const hasRightToLeft = (text: string): boolean =>
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{1ee00}-\u{1eeff}]/u.test(text);

/** What a character counts as for those without a direction beside it: numbers are as if from right to left. */
export const strongOf = (type: BidiClass | undefined): "L" | "R" | undefined =>
  type === "L" ? "L" : type === "R" || type === "EN" || type === "AN" ? "R" : undefined;
