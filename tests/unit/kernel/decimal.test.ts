import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  compareDecimals,
  type DecimalString,
  divideDecimals,
  isDecimal,
  magnitudeOf,
  multiplyDecimals,
  parseDecimal,
  roundDecimal,
  shiftPoint,
  signOf,
} from "#platform/kernel/decimal";

const decimal = (text: string) => parseDecimal(text);

describe("what counts as a decimal", () => {
  test.each(["0", "-0", "12", "-0.50", "123456789012345678901234", `0.${"1".repeat(30)}`])(
    "%s",
    (text) => {
      expect(isDecimal(text)).toBe(true);
    },
  );
  test.each(
    [
      "",
      "+1",
      ".5",
      "5.",
      "01",
      "1e3",
      "NaN",
      "Infinity",
      "0x1F",
      "1_000",
      "1,5",
      " 1",
      "1\n",
      "١",
      "1".repeat(25),
    ].map((text) => [text]),
  )("not %p", (text) => {
    expect(isDecimal(text)).toBe(false);
  });
});

describe("rounding is half-even", () => {
  test.each([
    ["2.665", 2, "2.66"],
    ["2.675", 2, "2.68"],
    ["-2.665", 2, "-2.66"],
    ["0.5", 0, "0"],
    ["1.5", 0, "2"],
    ["-0.004", 2, "0.00"],
    ["7", 3, "7.000"],
  ] as const)("%s to %d digits is %s", (value, digits, rounded) => {
    expect(roundDecimal(decimal(value), digits)).toBe(rounded as DecimalString);
  });
});

test.each([
  ["250", 2],
  ["1", 0],
  ["0.99", -1],
  ["0.00042", -4],
  ["0", undefined],
] as const)("the magnitude of %s is %p", (value, magnitude) => {
  expect(magnitudeOf(decimal(value))).toBe(magnitude);
});

// An independent model: integers scaled by a power of ten.
const scaled = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, places]) => ({ units, places, text: textOf(units, places) }));
function textOf(units: bigint, places: number): DecimalString {
  const digits = `${units < 0n ? -units : units}`.padStart(places + 1, "0");
  const cut = digits.length - places;
  return `${units < 0n ? "-" : ""}${digits.slice(0, cut)}${places > 0 ? `.${digits.slice(cut)}` : ""}` as DecimalString;
}

test("products agree with integer arithmetic", () => {
  fc.assert(
    fc.property(scaled, scaled, (a, b) => {
      const expected = textOf(a.units * b.units, a.places + b.places);
      expect(compareDecimals(multiplyDecimals(a.text, b.text), expected)).toBe(0);
    }),
  );
});

test("quotients are within half a unit of the last of 20 significant digits", () => {
  fc.assert(
    fc.property(
      scaled.filter(({ units }) => units !== 0n),
      scaled.filter(({ units }) => units !== 0n),
      (a, b) => {
        const quotient = divideDecimals(a.text, b.text);
        const magnitude = magnitudeOf(quotient) ?? 0;
        // |q*b - a| <= |b| * 0.5 * 10^(magnitude-19), compared as integers times 10^60
        const scale = (text: DecimalString) => BigInt(shiftPoint(text, 60).split(".")[0] ?? "0");
        const abs = (value: bigint) => (value < 0n ? -value : value);
        const error = abs(scale(multiplyDecimals(quotient, b.text)) - scale(a.text));
        const bound = (abs(scale(shiftPoint(b.text, magnitude - 19))) * 51n) / 100n + 1n;
        expect(error <= bound).toBe(true);
        expect(quotient.replace(/^-?0\.0*|[-.]/g, "").length <= 20 || magnitude >= 20).toBe(true);
      },
    ),
  );
});

test("rounding never moves a value by more than half a unit, and results keep their sign or become zero", () => {
  fc.assert(
    fc.property(scaled, fc.integer({ min: 0, max: 10 }), (value, digits) => {
      const rounded = roundDecimal(value.text, digits);
      const places = Math.max(value.places, digits) + 1;
      const distance = BigInt(shiftPoint(rounded, places)) - BigInt(shiftPoint(value.text, places));
      expect((distance < 0n ? -distance : distance) * 2n <= 10n ** BigInt(places - digits)).toBe(
        true,
      );
      expect([0, signOf(value.text)]).toContain(signOf(rounded));
    }),
  );
});
