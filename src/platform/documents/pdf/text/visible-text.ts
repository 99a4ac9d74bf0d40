import { createReplacedCharacters, createVisibleCharacters } from "../../visible-characters.ts";
import type { Words } from "../../words.ts";
import type { Faces } from "../fonts/faces.ts";

/** What a mark without a letter stands on. */
const markCarrier = "\u25cc";

/** All of it can be seen as it is; most texts are like this. */
const plain = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u017f]*$/;
const joined = "[\\p{Script=Arabic}\\p{Script=Nko}]";
/** Joiners that join nothing, and marks beyond four on a letter: those would cover the lines above and below. */
const unsettled = new RegExp(
  `(?<!${joined})[\\u200c\\u200d]|[\\u200c\\u200d](?!${joined})|(?<=\\p{M}{4})\\p{M}`,
  "gu",
);
/** Asks for one of several looks of the character before; the fonts have one. */
const variation = /\p{Variation_Selector}/gu;
const loneMark = /(?<=^|[\s\u00ad])(?=\p{M})/gu;
/** Needs no glyph. */
const unprinted = /[\n\u00ad]/;

export type VisibleText = {
  /**
   * The text as it will be shown: every character of it has a glyph. Lines end with LF, and may end at soft hyphens. What no
   * font has, and what would hide or turn around other characters, stands as its code, "[U+202E]".
   */
  of(text: string): string;
  /** Characters that no font has, as "U+5831", in the order of meeting them. */
  missing(): readonly string[];
  /** What the notes must say about the texts so far. */
  notes(words: Words): readonly string[];
};

export function createVisibleText(faces: Faces): VisibleText {
  const missing = new Set<string>();
  const controls = createVisibleCharacters();
  const covering = createReplacedCharacters(unsettled);

  function withGlyph(character: string): string {
    if (unprinted.test(character) || faces.faceOf(character, "regular")) return character;
    if (/[\t\p{Zs}]/u.test(character)) return " ";
    const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    missing.add(code);
    return `[${code}]`;
  }

  return {
    of(text) {
      if (plain.test(text)) return text;
      const seen = controls.of(text.normalize("NFC")).replace(variation, "");
      return Array.from(covering.of(seen).replace(loneMark, markCarrier), withGlyph).join("");
    },
    missing: () => [...missing],
    notes(words) {
      const replaced = [controls.codes(), covering.codes()].filter((codes) => codes !== "");
      return [
        ...(missing.size > 0 ? [words.missingGlyphs([...missing].join(", "))] : []),
        ...(replaced.length > 0 ? [words.invisibleCharacters(replaced.join(", "))] : []),
      ];
    },
  };
}
