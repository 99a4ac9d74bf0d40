import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  excelDay,
  excelNumber,
  excelText,
  excelTime,
  maxTextLength,
} from "#platform/documents/xlsx/excel-value";
import { addsUp, addTerm, emptySum } from "#platform/documents/xlsx/float-sum";
import { createSheetNames } from "#platform/documents/xlsx/sheet-name";
import { parseDecimal } from "#platform/kernel/decimal";
import { addDays, parseLocalDate } from "#platform/kernel/time";
import { anyText } from "../../support/document-arbitraries.ts";

/** "-12.50" of -1250 and 2. */
function decimalText(units: bigint, fraction: number): string {
  const digits = String(units < 0n ? -units : units).padStart(fraction + 1, "0");
  const point = digits.length - fraction;
  const sign = units < 0n ? "-" : "";
  return sign + digits.slice(0, point) + (fraction === 0 ? "" : `.${digits.slice(point)}`);
}

describe("a number in Excel", () => {
  const upTo15Digits = fc.bigInt(-(10n ** 15n) + 1n, 10n ** 15n - 1n);

  test("is the one that was meant, in all of the 15 digits that Excel shows", () => {
    fc.assert(
      fc.property(upTo15Digits, fc.nat(25), (units, fraction) => {
        const number = excelNumber(parseDecimal(decimalText(units, fraction)));
        const [digits = "", exponent = ""] = (number ?? Number.NaN).toExponential(14).split("e");
        const shown = BigInt(digits.replace(".", ""));
        // shown x 10^(exponent - 14) = units x 10^-fraction
        const shift = BigInt(exponent) - 14n + BigInt(fraction);
        expect(shift < 0n ? shown : shown * 10n ** shift).toBe(
          shift < 0n ? units * 10n ** -shift : units,
        );
      }),
    );
  });

  test("is none beyond 15 digits; zeros at either end are no digits", () => {
    for (const [text, isNumber] of [
      ["123456789012345", true],
      ["1234567890123456", false],
      ["-1234567890.12345", true],
      ["-1234567890.123456", false],
      ["123456789012345000000000", true],
      ["0.000000000000000123456789012345", true],
      ["1.230000000000000000000000", true],
      ["100000000000000.01", false],
    ] as const)
      expect([text, excelNumber(parseDecimal(text)) !== null]).toEqual([text, isNumber]);
  });

  test("is divided by a hundred without an error of its own", () => {
    for (const percent of ["19", "7.7", "0.07", "110", "33.3333"])
      expect(excelNumber(parseDecimal(percent), -2)).toBe(Number(`${percent}e-2`));
    expect(excelNumber(parseDecimal("7.7"), -2)).toBe(0.077);
  });
});

describe("a day in Excel", () => {
  test("counts from 1900, right from March on", () => {
    expect(excelDay(parseLocalDate("1900-03-01"))).toBe(61);
    expect(excelDay(parseLocalDate("2026-09-30"))).toBe(46_295);
    expect(excelDay(parseLocalDate("9999-12-31"))).toBe(2_958_465);
    for (const early of ["1900-02-28", "1899-12-31", "0001-01-01"])
      expect(excelDay(parseLocalDate(early))).toBeNull();
  });

  test("follows the day before it", () => {
    fc.assert(
      fc.property(fc.nat(400_000), (days) => {
        const day = addDays(parseLocalDate("1900-03-01"), days);
        expect(excelDay(day)).toBe(61 + days);
      }),
    );
  });

  test("has the time as its fraction", () => {
    expect(excelTime(Date.UTC(2026, 8, 30, 18))).toBe(46_295.75);
    expect(excelTime(Number.NaN)).toBeNull();
  });
});

describe("a text in Excel", () => {
  const as = (text: string) => excelText(text, (shown) => shown);

  test("holds no code of a character", () => {
    expect(as("_x0041_")).toBe("_x005F_x0041_");
    expect(as("_x005F_x0041_")).toBe("_x005F_x005F_x005F_x0041_");
    expect(as("snake_case _x_ _x12_ _X0041_")).toBe("snake_case _x_ _x12_ _X0041_");
  });

  test("is read as it was meant by whoever undoes what Excel undoes", () => {
    const undone = (text: string) =>
      text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      );
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.string({ unit: fc.constantFrom("_", "x", "0", "0041"), maxLength: 12 }),
        ),
        (text) => expect(undone(as(text))).toBe(text),
      ),
    );
  });

  test("ends with an ellipsis where the cell ends, and not in the middle of a character", () => {
    expect(as("a".repeat(maxTextLength))).toHaveLength(maxTextLength);
    expect(as("a".repeat(maxTextLength + 1))).toBe(`${"a".repeat(maxTextLength - 1)}…`);
    const emoji = as("\u{1F600}".repeat(maxTextLength));
    expect(emoji.isWellFormed()).toBe(true);
    expect(emoji.length).toBeLessThanOrEqual(maxTextLength);
  });
});

describe("a sum of doubles", () => {
  const sumOf = (terms: readonly (number | null)[]) => {
    const sum = emptySum();
    for (const term of terms) addTerm(sum, term);
    return sum;
  };

  test("is a formula where it comes to the last digit that is shown", () => {
    expect(addsUp(sumOf([0.1, 0.2]), 0.3, 2)).toBe(true);
    expect(addsUp(sumOf([]), 0, 2)).toBe(true);
    fc.assert(
      fc.property(fc.array(fc.bigInt(-(10n ** 11n), 10n ** 11n), { maxLength: 500 }), (cents) => {
        const total = cents.reduce((sum, cent) => sum + cent, 0n);
        const terms = cents.map((cent) => Number(decimalText(cent, 2)));
        expect(addsUp(sumOf(terms), Number(decimalText(total, 2)), 2)).toBe(true);
      }),
    );
  });

  test("is none where a term is text or too long a sum loses the last digit", () => {
    expect(addsUp(sumOf([1, null]), 1, 2)).toBe(false);
    expect(addsUp(sumOf([123456789012345, 0.01, -123456789012345]), 0.01, 2)).toBe(false);
  });

  test("must be what its terms come to", () => {
    for (const wrong of [0.31, 0.29, -0.3, 1e9])
      expect(() => addsUp(sumOf([0.1, 0.2]), wrong, 2)).toThrow(TypeError);
    expect(() => addsUp(sumOf([]), 0.01, 2)).toThrow(TypeError);
  });
});

describe("the name of a sheet", () => {
  test("has nothing that Excel refuses, and is nobody else's", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anyText, fc.constantFrom("History", "A/B", "a b", "'x'")), {
          maxLength: 30,
        }),
        (titles) => {
          const names = titles.map(createSheetNames((text) => text.toWellFormed()));
          for (const name of names) {
            expect(name.length).toBeGreaterThan(0);
            expect(name.length).toBeLessThanOrEqual(31);
            expect(name).not.toMatch(/[[\]:*?/\\!']/);
            expect(name.isWellFormed()).toBe(true);
            expect(name.toLowerCase()).not.toBe("history");
          }
          expect(new Set(names.map((name) => name.toUpperCase())).size).toBe(names.length);
        },
      ),
    );
  });

  test("stays what it was where it can", () => {
    const nameOf = createSheetNames((text) => text);
    expect(["Umsätze 2026", "umsätze 2026", "", "x".repeat(40)].map(nameOf)).toEqual([
      ...["Umsätze 2026", "umsätze 2026 (2)", "-", `${"x".repeat(30)}…`],
    ]);
  });
});
