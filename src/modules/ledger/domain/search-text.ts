import type { Id } from "#platform/kernel/ids";

/** Longer words are found by their beginning. */
const maxWordLength = 40;
/** Of one transaction; a note that has more is found by its first ones. */
const maxIndexedWords = 300;

/** Letters that Unicode does not take apart, as people write them on another keyboard. */
const undivided: Readonly<Record<string, string>> = {
  ß: "ss",
  ı: "i",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
};
/** How banks write umlauts that their character set lacks. */
const spelledOut: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue" };

/**
 * The same for every way to write a text: compatibility forms as the plain ones (NFKD, UAX #15), no diacritics, lower
 * case. The four Turkish letters I ı İ i are one: whoever types on a German keyboard finds "Işık" as "isik".
 */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßıæœøłđ]/g, (letter) => undivided[letter] ?? letter);
}

/** The text with its umlauts as two letters: "Müller" is "Mueller" as well as "Muller". */
const spellOut = (text: string): string =>
  text.normalize("NFC").replace(/[äöü]/gi, (letter) => spelledOut[letter.toLowerCase()] ?? letter);

const wordsOf = (text: string): string[] =>
  Array.from(text.matchAll(/[\p{L}\p{N}]+/gu), ([word]) =>
    // Cut between characters: half of one is no text.
    word.length <= maxWordLength ? word : [...word].slice(0, maxWordLength).join(""),
  );

/**
 * Stands before every word of a book, so that an index search reads what is in the book and not what everybody
 * wrote. Two books with the same one only cost each other time.
 */
const bookPrefix = (bookId: Id): string => bookId.slice(-8);
const wordOf = (bookId: Id, word: string): string => `'${bookPrefix(bookId)}${word}'`;
/** `#` is in no word: a tag as a whole is something else than the words in it. */
const tagOf = (bookId: Id, tag: string): string =>
  `'${bookPrefix(bookId)}#${tag.replace(/['\\]/g, "$&$&")}'`;

/** What a transaction is found by. */
export type Searched = {
  readonly bookId: Id;
  readonly payee: string | null;
  readonly note: string | null;
  readonly tags: readonly string[];
  readonly documentNumber: string | null;
};

/**
 * The value of `transactions.search_text` in PostgreSQL's text form of a tsvector: to be cast, not parsed by
 * `to_tsvector`, which has an opinion of its own on what a word is.
 */
export function searchText({ bookId, payee, note, tags, documentNumber }: Searched): string {
  const text = [payee, documentNumber, ...tags, note].filter((part) => part !== null).join("\n");
  const words = new Set([...wordsOf(fold(text)), ...wordsOf(fold(spellOut(text)))]);
  return [
    ...[...words].slice(0, maxIndexedWords).map((word) => wordOf(bookId, word)),
    ...tags.map((tag) => tagOf(bookId, tag)),
  ].join(" ");
}

/** The words that somebody looks for, each as the ways in which it may be written; empty when there is no letter. */
export const searchedWords = (search: string): string[][] =>
  search
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .map((word) => [...new Set([word, spellOut(word)].flatMap((way) => wordsOf(fold(way))))])
    .filter((ways) => ways.length > 0);

/**
 * What finds all of these words as beginnings of words, in PostgreSQL's text form of a tsquery. Words are letters and
 * digits only, and quoted: nothing in them can be taken for an operator.
 */
export const wordsQuery = (bookId: Id, words: readonly (readonly string[])[]): string =>
  words.map((ways) => `(${ways.map((way) => `${wordOf(bookId, way)}:*`).join(" | ")})`).join(" & ");

/** What finds this very tag. */
export const tagQuery = (bookId: Id, tag: string): string => tagOf(bookId, tag);

/** Whether the text itself has all of these words, as the index would find them. */
export function hasWords(text: string, words: readonly (readonly string[])[]): boolean {
  const written = [...wordsOf(fold(text)), ...wordsOf(fold(spellOut(text)))];
  return words.every((ways) => ways.some((way) => written.some((one) => one.startsWith(way))));
}
