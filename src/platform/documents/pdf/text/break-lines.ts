import type { Weight } from "../fonts/faces.ts";
import type { WordShaper } from "./shaped-words.ts";
import { splitWord, type Word } from "./words-of.ts";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Puts words into lines of at most `width` (thousandths of the font size). A word that is longer than a line is broken between
 * two characters as people see them; spaces at the end of a line are left out.
 */
export function breakLines(
  words: readonly Word[],
  width: number,
  weight: Weight,
  shaped: WordShaper,
): Word[][] {
  const widthOf = (word: Word) => shaped(word, weight).width;
  const lines: Word[][] = [];
  let line: Word[] = [];
  let used = 0;
  let space: Word | null = null;
  for (const word of words) {
    if (word.isSpace) {
      space = word;
      continue;
    }
    const gap = space ? widthOf(space) : 0;
    const wide = widthOf(word);
    if (used + gap + wide <= width) {
      line.push(...(space ? [space, word] : [word]));
      used += gap + wide;
    } else {
      if (line.length > 0) lines.push(line);
      const pieces = wide <= width ? [word] : breakWord(word, width, widthOf);
      line = pieces.splice(-1);
      lines.push(...pieces.map((piece) => [piece]));
      used = line[0] ? widthOf(line[0]) : 0;
    }
    space = null;
  }
  return line.length > 0 || lines.length === 0 ? [...lines, line] : lines;
}

function breakWord(word: Word, width: number, widthOf: (word: Word) => number): Word[] {
  const pieces: Word[] = [];
  let rest = word;
  let used = 0;
  let length = 0;
  for (const { segment } of graphemes.segment(word.text)) {
    let wide = widthOf(splitWord(splitWord(rest, length)[1], segment.length)[0]);
    if (length > 0 && used + wide > width) {
      const [piece, tail] = splitWord(rest, length);
      pieces.push(piece);
      rest = tail;
      used = 0;
      length = 0;
      wide = widthOf(splitWord(rest, segment.length)[0]);
    }
    used += wide;
    length += segment.length;
  }
  return [...pieces, rest].flatMap((piece) => narrowed(piece, width, widthOf));
}

/** Characters may be wider together than alone, where they join: then each half gets a line. */
function narrowed(piece: Word, width: number, widthOf: (word: Word) => number): Word[] {
  const parts = [...graphemes.segment(piece.text)];
  const half = parts[Math.floor(parts.length / 2)]?.index ?? 0;
  if (half === 0 || widthOf(piece) <= width) return [piece];
  return splitWord(piece, half).flatMap((part) => narrowed(part, width, widthOf));
}
