import { isWindows1252 } from "./extf-encoding.ts";

/** A character that the file's code page does not have, and what stands in its place. */
export type Replacement = {
  readonly character: string;
  /** "U+015F"; several of them where it is made of several. */
  readonly codes: string;
  readonly by: string;
};

export type ExtfTexts = {
  /** One line that Windows-1252 can hold, at most `length` characters long in the file; a cut one ends with "…". */
  fit(text: string, length: number): string;
  /** What was replaced so far, each once, in the order of its codes. */
  replacements(): readonly Replacement[];
};

/** Stands where no letter comes close. */
const unknown = "?";
/** Letters that are no other letter with a mark on it. */
const letters: Readonly<Record<string, string>> = {
  ...{ ı: "i", ł: "l", Ł: "L", đ: "d", Đ: "D", ħ: "h", Ħ: "H", ə: "e", Ə: "E", ŋ: "n", Ŋ: "N" },
  ...{ ẞ: "SS", ĸ: "k", ŧ: "t", Ŧ: "T" },
};
/** Controls, line ends and blanks of any width: none may stand in a text (DATEV-Format, "Technischer Aufbau"). */
const blanks = /[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]+/gu;
/** What a spreadsheet would take for a formula (OWASP, CSV injection) is kept as text by an apostrophe. */
const formula = /^[=+\-@]/;
const plain = /^[\x20-\x7e]*$/;

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

export function createExtfTexts(): ExtfTexts {
  const replaced = new Map<string, string>();

  /** As banks write the names of payments: the letter without its mark (EPC217-08), and "?" where there is none. */
  function encodable(grapheme: string): string {
    if (isWindows1252(grapheme)) return grapheme;
    const folded = Array.from(grapheme.normalize("NFKD"), (letter) => letters[letter] ?? letter)
      .join("")
      .replace(/\p{Mark}/gu, "");
    const by = folded !== "" && isWindows1252(folded) ? folded : unknown;
    replaced.set(grapheme, by);
    return by;
  }

  return {
    fit(text, length) {
      const line = text.normalize("NFC").replace(blanks, " ").trim();
      const written = plain.test(line)
        ? line
        : Array.from(graphemes.segment(line), ({ segment }) => encodable(segment)).join("");
      const safe = formula.test(written) ? `'${written}` : written;
      return sizeOf(safe) <= length ? safe : `${cut(safe, length - 1)}…`;
    },
    replacements: () =>
      [...replaced]
        .map(([character, by]) => ({ character, codes: codesOf(character), by }))
        .sort((a, b) => (a.codes < b.codes ? -1 : 1)),
  };
}

/** As it stands in the file, where quotation marks are doubled. */
const sizeOf = (text: string): number => text.length + text.split('"').length - 1;

function cut(text: string, length: number): string {
  let end = Math.min(text.length, length);
  while (sizeOf(text.slice(0, end)) > length) end -= 1;
  return text.slice(0, end).trimEnd();
}

const codesOf = (text: string): string =>
  Array.from(
    text,
    (character) =>
      `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`,
  ).join(" ");
