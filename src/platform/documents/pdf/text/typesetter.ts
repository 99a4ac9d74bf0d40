import type { Faces, Weight } from "../fonts/faces.ts";
import type { Direction } from "./bidi-class.ts";
import { visualOrder } from "./bidi-order.ts";
import { breakLines } from "./break-lines.ts";
import { createWordShaper, type LeveledText } from "./shaped-words.ts";
import type { GlyphRunPart } from "./shaping.ts";
import type { VisibleText } from "./visible-text.ts";
import { type Word, wordsOf } from "./words-of.ts";

export type TextStyle = {
  readonly weight: Weight;
  readonly sizePt: number;
  /** Left out: that of the text's first letter. Given where our own words stand beside others'. */
  readonly direction?: Direction;
};

export type Line = {
  /** Content stream operators (ISO 32000-1, 9.4) that show the line where the text matrix is. */
  readonly operators: string;
  readonly widthPt: number;
  readonly isRightToLeft: boolean;
};

/** From one base line to the next, as a share of the size: more than the fonts' highest and lowest glyphs need. */
export const lineHeight = 1.25;
/** From the top of a line to its base line, as a share of the size. */
export const ascent = 0.97;

export type Typesetter = {
  /** The lines of a text, none wider than `widthPt` unless a single character is; none for "". */
  lines(text: string, style: TextStyle, widthPt: number): readonly Line[];
  /** As {@link Typesetter.lines}, but ended by "…" where there would be more than `maxLines`. */
  shortened(text: string, style: TextStyle, widthPt: number, maxLines: number): readonly Line[];
  /** Of the text on as few lines as it has itself. */
  widthOf(text: string, style: TextStyle): number;
  widestWordOf(text: string, style: TextStyle): number;
};

/** UTF-16 units of the longest text whose lines are remembered. */
const maxRemembered = 256;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Lays every distinct text out once: most of a table's cells are like others. */
export function createTypesetter(faces: Faces, visible: VisibleText): Typesetter {
  const shaped = createWordShaper(faces);
  const remembered = new Map<string, readonly Line[]>();
  /** Of the font size. */
  const widths = new Map<string, number>();

  const paragraphsOf = (text: string, { direction }: TextStyle) =>
    visible
      .of(text)
      .split("\n")
      .map((paragraph) => wordsOf(paragraph, direction));
  const widthOf = (words: readonly Word[], { weight, sizePt }: TextStyle) =>
    (words.reduce((sum, word) => sum + shaped(word, weight).width, 0) * sizePt) / 1000;

  function lineOf(words: readonly Word[], direction: Direction, style: TextStyle): Line {
    const parts = words.flatMap((word) => shaped(word, style.weight).parts);
    return {
      operators: operatorsOf(visualOrder(parts), style.sizePt),
      widthPt: widthOf(words, style),
      isRightToLeft: direction === 1,
    };
  }

  function lines(text: string, style: TextStyle, widthPt: number): readonly Line[] {
    if (text === "") return [];
    const { weight, sizePt, direction } = style;
    const key = `${weight} ${sizePt} ${direction} ${widthPt} ${text}`;
    let known = remembered.get(key);
    if (!known) {
      // A text is laid out at exactly its own width, too: that must not fail at the last binary digit.
      const width = (widthPt / sizePt) * 1000 + 0.01;
      known = paragraphsOf(text, style).flatMap((paragraph) =>
        breakLines(paragraph.words, width, weight, shaped).map((words) =>
          lineOf(words, paragraph.direction, style),
        ),
      );
      if (text.length <= maxRemembered) remembered.set(key, known);
    }
    return known;
  }

  return {
    lines,
    shortened(text, style, widthPt, maxLines) {
      const whole = lines(text, style, widthPt);
      if (whole.length <= maxLines) return whole;
      const characters = Array.from(graphemes.segment(text), ({ segment }) => segment);
      let [fitting, tooLong] = [0, characters.length];
      while (tooLong - fitting > 1) {
        const middle = Math.floor((fitting + tooLong) / 2);
        const start = `${characters.slice(0, middle).join("").trimEnd()}…`;
        if (lines(start, style, widthPt).length <= maxLines) fitting = middle;
        else tooLong = middle;
      }
      return lines(`${characters.slice(0, fitting).join("").trimEnd()}…`, style, widthPt);
    },
    widthOf(text, style) {
      const key = `${style.weight} ${text}`;
      let share = widths.get(key);
      if (share === undefined) {
        const wide = paragraphsOf(text, style).map(({ words }) => widthOf(words, style));
        share = Math.max(0, ...wide) / style.sizePt;
        if (text.length <= maxRemembered) widths.set(key, share);
      }
      return share * style.sizePt;
    },
    widestWordOf: (text, style) =>
      paragraphsOf(text, style)
        .flatMap(({ words }) => words)
        .reduce((widest, word) => Math.max(widest, widthOf([word], style)), 0),
  };
}

function operatorsOf(parts: readonly LeveledText[], sizePt: number): string {
  let operators = "";
  let raised = false;
  for (const { face, shown, rise } of joined(parts)) {
    const risePt = Math.round(rise * sizePt) / 1000;
    operators += `/${face.name} ${sizePt} Tf ${risePt !== 0 || raised ? `${risePt} Ts ` : ""}`;
    operators += /^<[^<]*$/.test(shown) ? `${shown} Tj ` : `[${shown}] TJ `;
    raised = risePt !== 0;
  }
  return raised ? `${operators}0 Ts ` : operators;
}

/** Neighbours of one font and height are shown at once. */
function joined(parts: readonly LeveledText[]): GlyphRunPart[] {
  const runs: GlyphRunPart[] = [];
  for (const part of parts.flatMap((text) => text.parts)) {
    const last = runs.at(-1);
    if (last?.face === part.face && last.rise === part.rise)
      runs[runs.length - 1] = { ...last, shown: `${last.shown}${part.shown}`.replaceAll("><", "") };
    else runs.push(part);
  }
  return runs;
}
