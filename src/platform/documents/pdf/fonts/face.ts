import type { Font } from "@pdf-lib/fontkit";
import type { FontFile } from "./font-files.ts";

/** A glyph as a content stream shows it. */
export type Code = {
  /** Four hex digits. */
  readonly hex: string;
  /** Thousandths of the font size. */
  readonly width: number;
};

/** What a code of the embedded font stands for. */
export type UsedGlyph = { readonly glyph: number; readonly text: string; readonly width: number };

export type Face = {
  /** Its name in the pages' resources. */
  readonly name: string;
  readonly file: FontFile;
  readonly font: Font;
  /** Whether the font can show the character: it has a glyph, and one with ink unless the character is a space. */
  has(character: string): boolean;
  /** `text`, what the character stands for, is the character itself unless given. */
  codeOf(character: string, text?: string): Code;
  /** The same glyph gets one code for each text it stands for, so that text copied from the file is that of the model. */
  codeOfGlyph(glyph: number, text: string): Code;
  /** By code; the first code is 1. */
  readonly used: readonly UsedGlyph[];
};

const unitsOfWidth = 1000;
/** Spaces, and what only joins others. */
const mayBeBlank = /[\p{Zs}\u200c\u200d]/u;

/** Its types leave the tables out. */
type TrueTypeFont = Font & { readonly loca: { readonly offsets: readonly number[] } };

/** Without an outline. (Asking the glyph for its outline would make the library forget what other glyphs stand for.) */
function isBlank(font: Font, glyph: number): boolean {
  const { offsets } = (font as TrueTypeFont).loca;
  return offsets[glyph] === offsets[glyph + 1];
}

export function createFace(name: string, file: FontFile, font: Font): Face {
  const shown = new Map<string, boolean>();
  const codes = new Map<string, Code>();
  const byGlyph = new Map<string, Code>();
  const used: UsedGlyph[] = [];
  const scale = unitsOfWidth / font.unitsPerEm;

  function codeOfGlyph(glyph: number, text: string): Code {
    const key = `${glyph} ${text}`;
    let code = byGlyph.get(key);
    if (!code) {
      const width = font.getGlyph(glyph).advanceWidth * scale;
      used.push({ glyph, text, width });
      code = { hex: used.length.toString(16).padStart(4, "0"), width };
      byGlyph.set(key, code);
    }
    return code;
  }

  return {
    ...{ name, file, font, used, codeOfGlyph },
    has(character) {
      let has = shown.get(character);
      if (has === undefined) {
        const codePoint = character.codePointAt(0) ?? 0;
        has =
          font.hasGlyphForCodePoint(codePoint) &&
          (!isBlank(font, font.glyphForCodePoint(codePoint).id) || mayBeBlank.test(character));
        shown.set(character, has);
      }
      return has;
    },
    codeOf(character, text = character) {
      let code = text === character ? codes.get(character) : undefined;
      if (!code) {
        const { id } = font.glyphForCodePoint(character.codePointAt(0) ?? 0);
        code = codeOfGlyph(id, text);
        if (text === character) codes.set(character, code);
      }
      return code;
    },
  };
}
