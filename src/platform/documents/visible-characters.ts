/**
 * What is not seen itself but changes how other characters look or read: bidirectional controls (UAX #9), zero-width and
 * tag characters, controls, halves of surrogate pairs, U+FFFE, U+FFFF. What scripts and emoji need stays: joiners,
 * variation selectors, the soft hyphen.
 */
const unseen =
  /(?!\u200C|\u200D|[\t\n\u00AD\p{Variation_Selector}])[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cs}\uFFF9-\uFFFB\uFFFE\uFFFF]/gu;
const lineEnds = /\r\n?|[\v\f\u0085\u2028\u2029]/g;

export type VisibleCharacters = {
  /** The text with LF for every line break, and "[U+202E]" for whatever would not be seen. */
  of(text: string): string;
  /** The codes put in so far, as "U+200B, U+202E"; "" = none. */
  codes(): string;
};

export function createVisibleCharacters(): VisibleCharacters {
  const replaced = createReplacedCharacters(unseen);
  return { of: (text) => replaced.of(text.replace(lineEnds, "\n")), codes: replaced.codes };
}

/** Puts a code in brackets in the place of all that matches `characters`, a pattern with the flags g and u. */
export function createReplacedCharacters(characters: RegExp): VisibleCharacters {
  const codes = new Set<string>();
  return {
    of: (text) =>
      text.replace(characters, (character) => {
        const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
        codes.add(code);
        return `[${code}]`;
      }),
    codes: () => [...codes].sort().join(", "),
  };
}
