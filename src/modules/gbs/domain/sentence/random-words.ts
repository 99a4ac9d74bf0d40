import type { WordLanguage } from "../words/currency-words.ts";
import { englishWords } from "./words/english.ts";
import { germanWords } from "./words/german.ts";
import { turkishWords } from "./words/turkish.ts";

/** Four of at least 512: nobody has recorded them in that order before. */
export const wordCount = 4;

export const spokenWords: Readonly<Record<WordLanguage, readonly string[]>> = {
  ...{ en: englishWords, de: germanWords, tr: turkishWords },
};

/** Different words of a language, each as likely as any other. `below(n)`: a random whole number from 0 to n - 1. */
export function drawWords(language: WordLanguage, below: (bound: number) => number): string[] {
  const left = [...spokenWords[language]];
  return Array.from({ length: wordCount }, () => left.splice(below(left.length), 1)[0] ?? "");
}
