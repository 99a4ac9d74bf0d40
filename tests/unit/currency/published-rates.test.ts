import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { failuresOf } from "#modules/currency/gateways/feed";
import { codeOf, collectQuotes, plainDecimal } from "#modules/currency/gateways/published-rates";
import { parseCurrencyCode } from "#platform/kernel/money";
import { exactValueOf, publishedNumber } from "../../support/decimal-arbitraries.ts";

const usd = parseCurrencyCode("USD");
const fail = failuresOf("coinbase");
const collect = (entries: [string, unknown][]) => collectQuotes(entries, usd, fail);

describe("codes", () => {
  test("are taken in upper case, by the letters of ASCII only", () => {
    expect(codeOf("1inch")).toBe(parseCurrencyCode("1INCH"));
    expect(codeOf("inr")).toBe(parseCurrencyCode("INR"));
    // Their upper case is "I", "S", "SS" and "K" somewhere; they are no letters of a code.
    for (const odd of ["ınr", "uſd", "ußd", "\u212aRW", "İNR"]) expect(codeOf(odd)).toBeUndefined();
  });

  test("of another form are none", () => {
    for (const odd of ["", "A", "$PAC", "BTC-USD", "A B", "ABCDEFGHIJKLM", "US\u0000", "__proto__"])
      expect(codeOf(odd)).toBeUndefined();
  });
});

describe("published decimals", () => {
  test("lose their exponent and nothing else", () => {
    expect(plainDecimal("1e-7")).toBe("0.0000001");
    expect(plainDecimal("1.2345E-8")).toBe("0.000000012345");
    expect(plainDecimal("6.7e+4")).toBe("67000");
    expect(plainDecimal("4.21e-13")).toBe("0.000000000000421");
    expect(plainDecimal("2.50")).toBe("2.50");
    expect(plainDecimal("0.1234567890123456789")).toBe("0.1234567890123456789");
  });

  test("that are none stay as they are, for the refresh to judge", () => {
    for (const odd of [
      "",
      "N/A",
      "NaN",
      "Infinity",
      "-1",
      "0",
      "1,5",
      "0x1F",
      "1e",
      "e5",
      "1.2.3e4",
    ])
      expect(plainDecimal(odd)).toBe(odd);
  });

  test("are not blown up by an absurd exponent", () => {
    for (const odd of ["1e999", "1e-999", "1e400000000", "9e61"])
      expect(plainDecimal(odd)).toBe(odd);
  });

  test("keep their value whatever they are", () => {
    fc.assert(
      fc.property(publishedNumber, (text) => {
        expect(plainDecimal(text)).not.toMatch(/e/i);
        expect(exactValueOf(plainDecimal(text))).toBe(exactValueOf(text));
      }),
    );
  });
});

describe("a list of quotes", () => {
  test("keeps the first of a code that stands twice and counts the rest", () => {
    const { quotes, skipped } = collect([
      ["EUR", "0.9"],
      ["eur", "0.8"],
      ["EUR", "0.7"],
      ["GBP", "0.75"],
    ]);
    expect(quotes.map(({ code, rate }) => `${code} ${rate}`)).toEqual(["EUR 0.9", "GBP 0.75"]);
    expect(skipped).toBe(2);
  });

  test("counts and leaves out odd codes and missing rates", () => {
    const { quotes, skipped } = collect([
      ["$PAC", "1"],
      ["AAA", null],
      ["BBB", ""],
      ["CCC", "  "],
      ["DDD", { rate: "1" }],
      ["EEE", true],
      ["FFF", "9".repeat(65)],
      ["GBP", "0.75"],
    ]);
    expect(quotes).toHaveLength(1);
    expect(skipped).toBe(7);
  });

  test("hands on zero, negative and unreadable rates for the refresh to judge", () => {
    const { quotes, skipped } = collect([
      ["AAA", "0"],
      ["BBB", "-1"],
      ["CCC", "N/A"],
    ]);
    expect(quotes.map(({ rate }) => rate)).toEqual(["0", "-1", "N/A"]);
    expect(skipped).toBe(0);
  });

  test("leaves the pivot out when it is 1", () => {
    const { quotes, skipped } = collect([
      ["usd", "1.000"],
      ["GBP", "0.75"],
    ]);
    expect(quotes.map(({ code }) => String(code))).toEqual(["GBP"]);
    expect(skipped).toBe(0);
  });

  test("whose pivot is not 1 is for another base", () => {
    expect(() =>
      collect([
        ["USD", "1.08"],
        ["GBP", "0.75"],
      ]),
    ).toThrow(expect.objectContaining({ reason: "wrong_base" }));
  });

  test("without a single rate is empty, also when only the pivot is there", () => {
    for (const entries of [[], [["USD", "1"]], [["$", "1"]]] as [string, unknown][][])
      expect(() => collect(entries)).toThrow(expect.objectContaining({ reason: "empty" }));
  });
});
