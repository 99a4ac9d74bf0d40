import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { englishNumber } from "#modules/gbs/domain/words/english";
import { germanNumber } from "#modules/gbs/domain/words/german";
import { turkishNumber } from "#modules/gbs/domain/words/turkish";
import { readEnglish, readGerman, readTurkish } from "../../../support/number-words.ts";

const examples: readonly (readonly [digits: string, en: string, de: string, tr: string])[] = [
  ["0", "zero", "null", "sıfır"],
  ["1", "one", "eins", "bir"],
  ["7", "seven", "sieben", "yedi"],
  ["10", "ten", "zehn", "on"],
  ["11", "eleven", "elf", "on bir"],
  ["16", "sixteen", "sechzehn", "on altı"],
  ["17", "seventeen", "siebzehn", "on yedi"],
  ["20", "twenty", "zwanzig", "yirmi"],
  ["21", "twenty-one", "einundzwanzig", "yirmi bir"],
  ["30", "thirty", "dreißig", "otuz"],
  ["66", "sixty-six", "sechsundsechzig", "altmış altı"],
  ["77", "seventy-seven", "siebenundsiebzig", "yetmiş yedi"],
  ["100", "one hundred", "einhundert", "yüz"],
  ["101", "one hundred one", "einhunderteins", "yüz bir"],
  ["111", "one hundred eleven", "einhundertelf", "yüz on bir"],
  ["200", "two hundred", "zweihundert", "iki yüz"],
  ["999", "nine hundred ninety-nine", "neunhundertneunundneunzig", "dokuz yüz doksan dokuz"],
  ["1000", "one thousand", "eintausend", "bin"],
  ["1001", "one thousand one", "eintausendeins", "bin bir"],
  ["1100", "one thousand one hundred", "eintausendeinhundert", "bin yüz"],
  ["1250", "one thousand two hundred fifty", "eintausendzweihundertfünfzig", "bin iki yüz elli"],
  ["2000", "two thousand", "zweitausend", "iki bin"],
  ["21000", "twenty-one thousand", "einundzwanzigtausend", "yirmi bir bin"],
  ["101000", "one hundred one thousand", "einhunderteintausend", "yüz bir bin"],
  ["1000000", "one million", "eine Million", "bir milyon"],
  ["1000001", "one million one", "eine Million eins", "bir milyon bir"],
  ["1001000", "one million one thousand", "eine Million eintausend", "bir milyon bin"],
  ["2000000", "two million", "zwei Millionen", "iki milyon"],
  ["101000000", "one hundred one million", "einhunderteine Millionen", "yüz bir milyon"],
  ["1000000000", "one billion", "eine Milliarde", "bir milyar"],
  ["2000000000000", "two trillion", "zwei Billionen", "iki trilyon"],
  ["3000000000000000", "three quadrillion", "drei Billiarden", "üç katrilyon"],
  ["1000000000000000000000", "one sextillion", "eine Trilliarde", "bir sekstilyon"],
];

describe.each(examples)("%s", (digits, en, de, tr) => {
  test("in words", () => {
    expect([englishNumber(digits), germanNumber(digits), turkishNumber(digits)]).toEqual([
      en,
      de,
      tr,
    ]);
  });
});

test("one before a noun is no noun itself in German", () => {
  expect(germanNumber("1", "ein")).toBe("ein");
  expect(germanNumber("1", "eine")).toBe("eine");
  expect(germanNumber("101", "ein")).toBe("einhunderteins");
  expect(germanNumber("1000", "eine")).toBe("eintausend");
});

test("every number of up to 24 digits can be read back from its words", () => {
  const number = fc.oneof(
    fc.bigInt(0n, 10n ** 24n - 1n),
    fc.bigInt(0n, 10_000n),
    // Mostly zeros, where what is left out counts.
    fc
      .array(fc.constantFrom("000", "001", "010", "011", "100", "101", "021", "999"), {
        minLength: 1,
        maxLength: 8,
      })
      .map((triples) => BigInt(triples.join(""))),
  );
  fc.assert(
    fc.property(number, (value) => {
      const digits = String(value);
      expect(readEnglish(englishNumber(digits))).toBe(value);
      expect(readGerman(germanNumber(digits))).toBe(value);
      expect(readTurkish(turkishNumber(digits))).toBe(value);
      expect(turkishNumber(digits)).not.toMatch(/^bir (?:yüz|bin)(?!\p{L})|bir yüz(?!\p{L})/u);
    }),
    { numRuns: 3000 },
  );
});

test("whatever is no whole number, or too large, has no words", () => {
  for (const digits of ["", "-1", "1.5", "1e3", "١"])
    for (const words of [englishNumber, germanNumber, turkishNumber])
      expect(() => words(digits)).toThrow(RangeError);
  for (const words of [englishNumber, germanNumber, turkishNumber])
    expect(() => words(`1${"0".repeat(24)}`)).toThrow(RangeError);
});
