import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { drawWords, spokenWords, wordCount } from "#modules/gbs/domain/sentence/random-words";
import { spokenLanguageOf, spokenSentence } from "#modules/gbs/domain/sentence/spoken-sentence";
import { randomBelow } from "#modules/gbs/gateways/random-below";
import type { DecimalString } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";

const languages = ["en", "de", "tr"] as const;
const day = (text: string) => text as LocalDate;
const euros = (amount: string) => ({
  ...{ amount: amount as DecimalString, currency: "EUR" as CurrencyCode },
});

function sentenceIn(language: (typeof languages)[number], days: readonly string[]): string {
  return spokenSentence({
    ...{ language, lender: "Leyla Aydın", borrower: "Mehmet Demir", today: day("2026-11-23") },
    terms: {
      amount: euros("1250.50"),
      instalments: days.map((dueOn) => ({ dueOn: day(dueOn), amount: euros("1.00") })),
    },
    randomWords: ["one", "two", "three", "four"],
  });
}

describe("the words of each language", () => {
  for (const language of languages) {
    const words = spokenWords[language];

    test(`${language}: at least 512, none twice, short enough to say`, () => {
      expect(words.length).toBeGreaterThanOrEqual(512);
      expect(new Set(words.map((word) => word.toLocaleLowerCase(language))).size).toBe(
        words.length,
      );
      for (const word of words) expect(word).toMatch(/^\p{L}{4,12}$/u);
    });

    test(`${language}: no two are told apart by a single letter`, () => {
      const lower = words.map((word) => word.toLocaleLowerCase(language));
      const close = lower.flatMap((word, index) =>
        lower.slice(index + 1).flatMap((other) => (isClose(word, other) ? [[word, other]] : [])),
      );
      expect(close).toEqual([]);
    });
  }

  test("are drawn four at a time, all different, from the whole list", () => {
    fc.assert(
      fc.property(fc.constantFrom(...languages), (language) => {
        const drawn = drawWords(language, randomBelow);
        expect(new Set(drawn).size).toBe(wordCount);
        for (const word of drawn) expect(spokenWords[language]).toContain(word);
      }),
      { numRuns: 200 },
    );
    const ends = { first: drawWords("de", () => 0), last: drawWords("de", (bound) => bound - 1) };
    expect(ends.first).toEqual(spokenWords.de.slice(0, 4));
    expect(ends.last).toEqual(spokenWords.de.slice(-4).toReversed());
  });

  test("are each as likely as any other", () => {
    const [runs, words] = [4_000, spokenWords.en.length];
    const counts = new Map<string, number>();
    for (let run = 0; run < runs; run += 1)
      for (const word of drawWords("en", randomBelow))
        counts.set(word, (counts.get(word) ?? 0) + 1);
    const expectedCount = (runs * wordCount) / words;
    const chiSquared = spokenWords.en
      .map((word) => ((counts.get(word) ?? 0) - expectedCount) ** 2 / expectedCount)
      .reduce((sum, part) => sum + part, 0);
    // Six standard deviations from the mean: one run in a thousand million.
    expect(Math.abs(chiSquared - (words - 1))).toBeLessThan(6 * Math.sqrt(2 * (words - 1)));
  });
});

describe("what is said", () => {
  const [first, second, third] = ["2026-12-01", "2027-01-02", "2027-02-03"];

  test("in English", () => {
    const start =
      "My name is Mehmet Demir. Today is 23 November 2026. I owe Leyla Aydın 1,250.50 EUR, in words: one thousand two hundred fifty euros and fifty cents. ";
    const end = " My four words are: one, two, three, four.";
    expect(sentenceIn("en", [first])).toBe(`${start}I will pay it by 1 December 2026.${end}`);
    expect(sentenceIn("en", [first, second, third])).toBe(
      `${start}I will pay it in 3 parts, by 1 December 2026, 2 January 2027 and 3 February 2027.${end}`,
    );
    expect(sentenceIn("en", many)).toBe(
      `${start}I will pay it in 7 parts, the first by 1 December 2026 and the last by 7 December 2026.${end}`,
    );
  });

  test("in German", () => {
    const start =
      "Ich heiße Mehmet Demir. Heute ist der 23. November 2026. Ich schulde Leyla Aydın 1.250,50 EUR, in Worten: eintausendzweihundertfünfzig Euro und 50 Cent. ";
    const end = " Meine vier Wörter sind: one, two, three, four.";
    expect(sentenceIn("de", [first])).toBe(
      `${start}Ich zahle diesen Betrag bis zum 1. Dezember 2026.${end}`,
    );
    expect(sentenceIn("de", [first, second, third])).toBe(
      `${start}Ich zahle diesen Betrag in 3 Raten: bis zum 1. Dezember 2026, bis zum 2. Januar 2027 und bis zum 3. Februar 2027.${end}`,
    );
    expect(sentenceIn("de", many)).toBe(
      `${start}Ich zahle diesen Betrag in 7 Raten, die erste bis zum 1. Dezember 2026 und die letzte bis zum 7. Dezember 2026.${end}`,
    );
  });

  test("in Turkish, where nothing has to fit a name's vowels", () => {
    const start =
      "Benim adım Mehmet Demir. Bugünün tarihi 23 Kasım 2026. Leyla Aydın adlı kişiye borcum 1.250,50 EUR, yazıyla bin iki yüz elli Euro elli sent. ";
    const end = " Dört kelimem: one, two, three, four.";
    expect(sentenceIn("tr", [first])).toBe(
      `${start}Bu tutarı en geç 1 Aralık 2026 tarihinde ödeyeceğim.${end}`,
    );
    expect(sentenceIn("tr", [first, second, third])).toBe(
      `${start}Bu tutarı 3 taksit hâlinde, en geç 1 Aralık 2026, 2 Ocak 2027 ve 3 Şubat 2027 tarihlerinde ödeyeceğim.${end}`,
    );
    expect(sentenceIn("tr", many)).toBe(
      `${start}Bu tutarı 7 taksit hâlinde ödeyeceğim: ilkini en geç 1 Aralık 2026, sonuncusunu en geç 7 Aralık 2026 tarihinde.${end}`,
    );
  });

  const many = Array.from({ length: 7 }, (_, index) => `2026-12-0${index + 1}`);

  test("is in the borrower's language where it is ours, else in English", () => {
    expect(["tr-TR", "de-AT", "en", "ja", "DE"].map(spokenLanguageOf)).toEqual([
      ...(["tr", "de", "en", "en", "de"] as const),
    ]);
  });

  test("names both, the amount, today and the words, whatever the terms are", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...languages),
        fc.integer({ min: 1, max: 99_999_999 }),
        fc.integer({ min: 1, max: 120 }),
        (language, cents, count) => {
          const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
          const randomWords = drawWords(language, randomBelow);
          const text = spokenSentence({
            ...{ language, lender: "L. One", borrower: "B. Two", today: day("2026-11-23") },
            terms: {
              amount: euros(amount),
              instalments: Array.from({ length: count }, (_, index) => ({
                dueOn: day(`20${30 + Math.floor(index / 12)}-0${(index % 9) + 1}-15`),
                amount: euros("1.00"),
              })),
            },
            randomWords,
          });
          for (const part of ["L. One", "B. Two", "EUR", "2026", "2030", ...randomWords])
            expect(text).toContain(part);
          expect(text.replaceAll(/[^0-9]/g, "")).toContain(amount.replace(".", ""));
          expect(text).not.toMatch(/undefined|NaN|\s\s/);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Whether one letter put in, left out or exchanged makes one of the other. */
function isClose(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  const rest = short.length === long.length ? short.slice(at + 1) : short.slice(at);
  return rest === long.slice(at + 1);
}
