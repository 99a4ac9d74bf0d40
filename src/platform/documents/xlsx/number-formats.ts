import type { DocumentLanguage } from "../model.ts";

/** Formats of amounts in a file; Excel takes about 200 formats of all kinds. */
const maxMoneyFormats = 120;

export type NumberFormats = {
  /** With the currency's code, as long as there are not too many currencies; the column of codes beside has it anyway. */
  money(currency: string, digits: number): string;
  number(digits: number): string;
  percent(digits: number): string;
  readonly day: string;
  readonly time: string;
};

/**
 * As people of the language write days, times and percents, and no two of them differently: English has its months as
 * words; separators of numbers are always those of whoever opens the file.
 */
const ofLanguage: Readonly<
  Record<
    DocumentLanguage,
    Pick<NumberFormats, "day" | "time"> & { percent(number: string): string }
  >
> = {
  "en-US": {
    day: "d\\ mmm\\ yyyy",
    time: "d\\ mmm\\ yyyy\\,\\ hh:mm:ss",
    percent: (number) => `${number}%`,
  },
  "de-DE": {
    day: "dd\\.mm\\.yyyy",
    time: "dd\\.mm\\.yyyy\\ hh:mm:ss",
    percent: (number) => `${number}\\ %`,
  },
  "tr-TR": {
    day: "dd\\.mm\\.yyyy",
    time: "dd\\.mm\\.yyyy\\ hh:mm:ss",
    percent: (number) => `%${number}`,
  },
};

/** Format codes (ECMA-376 part 1, 18.8.31) of one file. */
export function createNumberFormats(language: DocumentLanguage): NumberFormats {
  const money = new Set<string>();
  const number = (digits: number) => (digits === 0 ? "#,##0" : `#,##0.${"0".repeat(digits)}`);
  const { day, time, percent } = ofLanguage[language];
  return {
    money(currency, digits) {
      const format = `${number(digits)}"\u00A0${currency}"`;
      if (money.size >= maxMoneyFormats && !money.has(format)) return number(digits);
      money.add(format);
      return format;
    },
    number,
    percent: (digits) => percent(number(digits)),
    day,
    time,
  };
}
