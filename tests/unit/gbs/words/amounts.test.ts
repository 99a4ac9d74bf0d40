import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { amountInWords } from "#modules/gbs/domain/words/amount-in-words";
import { money } from "../../../support/documents.ts";
import { readEnglish, readGerman, readTurkish } from "../../../support/number-words.ts";

const examples: readonly (readonly [string, string, en: string, de: string, tr: string])[] = [
  [
    ...(["1250.50", "EUR", "one thousand two hundred fifty euros and fifty cents"] as const),
    ...([
      "eintausendzweihundertfünfzig Euro und 50 Cent",
      "bin iki yüz elli Euro elli sent",
    ] as const),
  ],
  [
    ...(["1250.50", "TRY", "one thousand two hundred fifty Turkish Lira and fifty kuruş"] as const),
    "eintausendzweihundertfünfzig Türkische Lira und 50 Kuruş",
    "bin iki yüz elli Türk lirası elli kuruş",
  ],
  ["1.00", "EUR", "one euro", "ein Euro", "bir Euro"],
  ["1.00", "TRY", "one Turkish lira", "eine Türkische Lira", "bir Türk lirası"],
  ["1.00", "GBP", "one British pound", "ein Britisches Pfund", "bir İngiliz sterlini"],
  ["1.00", "SEK", "one Swedish krona", "eine Schwedische Krone", "bir İsveç kronu"],
  [
    ...(["1.01", "GBP", "one British pound and one penny"] as const),
    ...(["ein Britisches Pfund und 1 Penny", "bir İngiliz sterlini bir peni"] as const),
  ],
  [
    "0.07",
    "USD",
    "zero US dollars and seven cents",
    "null US-Dollar und 7 Cent",
    "sıfır ABD doları yedi sent",
  ],
  ["21.00", "USD", "twenty-one US dollars", "einundzwanzig US-Dollar", "yirmi bir ABD doları"],
  ["101.00", "EUR", "one hundred one euros", "einhunderteins Euro", "yüz bir Euro"],
  ["5000", "JPY", "five thousand Japanese yen", "fünftausend Japanische Yen", "beş bin Japon yeni"],
  [
    ...(["2.500", "KWD", "two Kuwaiti dinars, 500/1000"] as const),
    ...(["zwei Kuwait-Dinar, 500/1000", "iki Kuveyt dinarı, 500/1000"] as const),
  ],
  [
    ...(["12.05", "PLN", "twelve Polish zlotys, 05/100"] as const),
    ...(["zwölf Polnische Złoty, 05/100", "on iki Polonya zlotisi, 05/100"] as const),
  ],
  [
    ...(["0.00000001", "BTC", "zero BTC, 00000001/100000000"] as const),
    ...(["null BTC, 00000001/100000000", "sıfır BTC, 00000001/100000000"] as const),
  ],
  ["3.00000000", "1INCH", "three 1INCH", "drei 1INCH", "üç 1INCH"],
];

describe.each(examples)("%s %s", (amount, currency, en, de, tr) => {
  test("in words", () => {
    const value = money(amount, currency);
    expect(amountInWords(value, "en")).toBe(en);
    expect(amountInWords(value, "de")).toBe(de);
    expect(amountInWords(value, "tr")).toBe(tr);
  });
});

test("an amount can be read back from its words, to the cent", () => {
  const amounts = fc.record({ whole: fc.bigInt(0n, 10n ** 24n - 1n), cents: fc.nat(99) });
  fc.assert(
    fc.property(amounts, ({ whole, cents }) => {
      const value = money(`${whole}.${String(cents).padStart(2, "0")}`, "EUR");
      const [, en = "", enCents = "zero"] =
        /^(.+?) euros?(?: and (.+) cents?)?$/.exec(amountInWords(value, "en")) ?? [];
      expect([readEnglish(en), readEnglish(enCents)]).toEqual([whole, BigInt(cents)]);
      const [, de = "", deCents = "0"] =
        /^(.+?) Euro(?: und (\d+) Cent)?$/.exec(amountInWords(value, "de")) ?? [];
      expect([readGerman(de), BigInt(deCents)]).toEqual([whole, BigInt(cents)]);
      const [, tr = "", trCents = "sıfır"] =
        /^(.+?) Euro(?: (.+) sent)?$/.exec(amountInWords(value, "tr")) ?? [];
      expect([readTurkish(tr), readTurkish(trCents)]).toEqual([whole, BigInt(cents)]);
    }),
    { numRuns: 500 },
  );
});

test("nobody owes less than nothing", () => {
  for (const language of ["en", "de", "tr"] as const)
    expect(() => amountInWords(money("-1.00", "EUR"), language)).toThrow(RangeError);
});
