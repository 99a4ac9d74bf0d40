import type { Faces, Weight } from "../fonts/faces.ts";
import { type ShapedText, shape } from "./shaping.ts";
import type { Word } from "./words-of.ts";

/** Of one direction; thousandths of the font size. */
export type LeveledText = ShapedText & { readonly level: number };
export type ShapedWord = { readonly parts: readonly LeveledText[]; readonly width: number };

/** UTF-16 units of the longest word that is remembered; longer ones hardly come twice. */
const maxRemembered = 64;

export type WordShaper = (word: Word, weight: Weight) => ShapedWord;

/** Shapes every distinct word once. */
export function createWordShaper(faces: Faces): WordShaper {
  const known: Readonly<Record<Weight, Map<string, ShapedWord>>> = {
    regular: new Map(),
    bold: new Map(),
  };
  return (word, weight) => {
    const key = word.levels === null ? word.text : `${word.levels.join("")} ${word.text}`;
    let shaped = known[weight].get(key);
    if (!shaped) {
      const parts = runsOf(word).map(({ text, level }) => ({
        ...shape(faces, text, weight, level % 2 === 1),
        level,
      }));
      shaped = { parts, width: parts.reduce((sum, { width }) => sum + width, 0) };
      if (word.text.length <= maxRemembered) known[weight].set(key, shaped);
    }
    return shaped;
  };
}

/** The parts of a word that have one level. */
function runsOf({ text, levels }: Word): { text: string; level: number }[] {
  if (levels === null) return [{ text, level: 0 }];
  const runs: { text: string; level: number }[] = [];
  let at = 0;
  for (const character of text) {
    const level = levels[at++] ?? 0;
    const last = runs.at(-1);
    if (last?.level === level) last.text += character;
    else runs.push({ text: character, level });
  }
  return runs;
}
