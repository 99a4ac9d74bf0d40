import { type Direction, hasRightToLeft } from "./bidi-class.ts";
import { bidiLevels, directionOf } from "./bidi-levels.ts";

/** What stays on one line if it can, or the space between two of them. */
export type Word = {
  readonly text: string;
  /** Of every character (code point) its bidirectional level; null: all run from left to right. */
  readonly levels: readonly number[] | null;
  readonly isSpace: boolean;
};

export type Paragraph = { readonly direction: Direction; readonly words: readonly Word[] };

/**
 * Ends of words: around spaces (other than those that must not break), after soft hyphens, after "-"
 * and "/" between letters, and between codes of characters.
 */
const ends =
  /(?<=[^\P{Zs}\u00a0\u2007\u202f])(?=[\P{Zs}\u00a0\u2007\u202f])|(?<=[\P{Zs}\u00a0\u2007\u202f])(?=[^\P{Zs}\u00a0\u2007\u202f])|(?<=\u00ad)|(?<=\p{L}[-/])(?=\p{L})|(?<=\])(?=\[U\+)/u;
const space = /^[^\P{Zs}\u00a0\u2007\u202f]/u;

/** The words of a text without line ends. `direction` is that of the text's first letter unless given. */
export function wordsOf(text: string, direction?: Direction): Paragraph {
  const words = text.split(ends);
  if (!hasRightToLeft(text))
    return {
      direction: direction ?? 0,
      words: words.map((word) => ({
        text: word.replaceAll("\u00ad", ""),
        levels: null,
        isSpace: space.test(word),
      })),
    };
  const characters = Array.from(text);
  const base = direction ?? directionOf(characters);
  const levels = bidiLevels(characters, base);
  let at = 0;
  return {
    direction: base,
    words: words.map((word) => {
      const own = Array.from(word);
      const ownLevels = levels.slice(at, at + own.length);
      at += own.length;
      return {
        text: word.replaceAll("\u00ad", ""),
        levels: ownLevels.filter((_, index) => own[index] !== "\u00ad"),
        isSpace: space.test(word),
      };
    }),
  };
}

/** The first `length` UTF-16 units of a word, and the rest. */
export function splitWord(word: Word, length: number): readonly [Word, Word] {
  const [head, tail] = [word.text.slice(0, length), word.text.slice(length)];
  const characters = Array.from(head).length;
  return [
    { ...word, text: head, levels: word.levels?.slice(0, characters) ?? null },
    { ...word, text: tail, levels: word.levels?.slice(characters) ?? null },
  ];
}
