import type { Font, GlyphRun } from "@pdf-lib/fontkit";
import type { Face } from "../fonts/face.ts";
import type { Faces, Weight } from "../fonts/faces.ts";
import { mirroredOf } from "./brackets.ts";

/** Glyphs of one font side by side, ready to be shown at any size. Distances are thousandths of the size. */
export type GlyphRunPart = {
  readonly face: Face;
  /** The operand of TJ: codes, and numbers that move what follows. */
  readonly shown: string;
  /** Above the base line. */
  readonly rise: number;
};
export type ShapedText = { readonly parts: readonly GlyphRunPart[]; readonly width: number };

/** Letters that change beside others, and marks: what the font's own tables must place. */
const needsShaping = /[\p{M}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Nko}\u200c\u200d]/u;
/** Scripts of OpenType for which the library's rules are whole; the others' fail in it. */
const scripts: readonly (readonly [string, RegExp])[] = [
  ["arab", /\p{Script=Arabic}/u],
  ["hebr", /\p{Script=Hebrew}/u],
  ["nko ", /\p{Script=Nko}/u],
  ["cyrl", /\p{Script=Cyrillic}/u],
  ["grek", /\p{Script=Greek}/u],
  ["latn", /./su],
];

/** Lam and alef on one glyph: readers turn text from right to left around by glyphs, so each needs a character of its own. */
const ligatures = new Map(
  Array.from("\ufef5\ufef7\ufef9\ufefb", (ligature) => [ligature.normalize("NFKC"), ligature]),
);
const unknownText = "\ufffd";

function textOf(codePoints: readonly number[]): string {
  const text = String.fromCodePoint(...codePoints);
  return ligatures.get(text) ?? (text || unknownText);
}

/** Its types leave the script out. */
type ShapingFont = Font & { layout(text: string, script: string): GlyphRun };

/** Shapes text of one direction whose characters all have a glyph; `rightToLeft` puts the last character first. */
export function shape(
  faces: Faces,
  text: string,
  weight: Weight,
  rightToLeft: boolean,
): ShapedText {
  const runs = splitByFace(faces, text, weight).map(({ face, characters }) =>
    needsShaping.test(characters.join(""))
      ? shapeByFont(face, characters, rightToLeft)
      : placeSimply(face, characters, rightToLeft),
  );
  if (rightToLeft) runs.reverse();
  const [only] = runs;
  if (only && runs.length === 1) return only;
  return {
    parts: runs.flatMap(({ parts }) => parts),
    width: runs.reduce((sum, { width }) => sum + width, 0),
  };
}

function splitByFace(faces: Faces, text: string, weight: Weight) {
  const runs: { readonly face: Face; readonly characters: string[] }[] = [];
  for (const character of text) {
    const last = runs.at(-1);
    const stays = last?.face.has(character) && /[\p{M}\u200c\u200d]/u.test(character);
    const face = stays ? last?.face : faces.faceOf(character, weight);
    if (!face) throw new Error("a character without a glyph was to be shaped");
    if (last?.face === face) last.characters.push(character);
    else runs.push({ face, characters: [character] });
  }
  return runs;
}

/** What is drawn for a character, and stands for it where text is copied. */
const mirroredIn = (face: Face, character: string): string => {
  const mirrored = mirroredOf(character);
  return face.has(mirrored) ? mirrored : character;
};

function placeSimply(face: Face, characters: readonly string[], rightToLeft: boolean): ShapedText {
  let shown = "";
  let width = 0;
  for (const character of rightToLeft ? characters.toReversed() : characters) {
    const code = rightToLeft
      ? face.codeOf(mirroredIn(face, character), character)
      : face.codeOf(character);
    shown += code.hex;
    width += code.width;
  }
  return { parts: [{ face, shown: `<${shown}>`, rise: 0 }], width };
}

function shapeByFont(face: Face, characters: readonly string[], rightToLeft: boolean): ShapedText {
  const drawn = rightToLeft
    ? characters.map((character) => mirroredIn(face, character))
    : characters;
  const text = drawn.join("");
  const script = scripts.find(([, letters]) => letters.test(text))?.[0] ?? "latn";
  const { glyphs, positions, direction } = (face.font as ShapingFont).layout(text, script);
  const scale = 1000 / face.font.unitsPerEm;
  const parts: GlyphRunPart[] = [];
  let width = 0;
  const order = glyphs.map((_, index) => index);
  // The library turns by script, not by what it is told.
  if (rightToLeft !== (direction === "rtl")) order.reverse();
  for (const index of order) {
    const [glyph, position] = [glyphs[index], positions[index]];
    if (!glyph || !position) continue;
    const stood = textOf(glyph.codePoints);
    const code = face.codeOfGlyph(glyph.id, rightToLeft ? mirroredIn(face, stood) : stood);
    const [before, advance] = [position.xOffset * scale, position.xAdvance * scale];
    const after = advance - before - code.width;
    const shown = `${moved(before)}<${code.hex}>${moved(after)}`;
    const rise = Math.round(position.yOffset * scale);
    const last = parts.at(-1);
    if (last?.rise === rise) parts[parts.length - 1] = { ...last, shown: last.shown + shown };
    else parts.push({ face, shown, rise });
    width += advance;
  }
  return { parts, width };
}

const moved = (distance: number): string => {
  const rounded = Math.round(-distance);
  return rounded === 0 ? "" : `${rounded} `;
};
