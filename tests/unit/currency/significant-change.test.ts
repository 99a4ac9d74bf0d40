import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isSignificantChange, thresholdOf } from "#modules/currency/domain/significant-change";
import {
  absolute,
  compareDecimals,
  type DecimalString,
  divideDecimals,
  parseDecimal,
  shiftPoint,
  subtractDecimals,
} from "#platform/kernel/decimal";

const d = (text: string) => parseDecimal(text);

describe("the plain rule", () => {
  test.each([
    ["1.000000", "1.0000009", false],
    ["1.000000", "1.000001", true],
    ["1.000000", "0.999999", true],
    ["1.700000", "1.699999", true], // binary floats say 0.00000099999...
    ["0.000015", "0.000016", true],
    ["0.000014382174", "0.000013409034", false], // a 7 % move of BTC that it hides
  ] as const)("%s -> %s is a change: %p", (stored, observed, significant) => {
    expect(isSignificantChange(d(stored), d(observed), "plain")).toBe(significant);
  });
});

describe("the scaled rule", () => {
  test.each([
    ["250.5", "0.000001"],
    ["1", "0.000001"],
    ["0.999999", "0.0000001"],
    ["0.1", "0.0000001"],
    ["0.0000134", "0.00000000001"],
  ] as const)("the threshold at %s is %s", (stored, threshold) => {
    expect(compareDecimals(thresholdOf(d(stored), "scaled"), d(threshold))).toBe(0);
  });
  test("sees the move of BTC", () => {
    expect(isSignificantChange(d("0.000014382174"), d("0.000013409034"), "scaled")).toBe(true);
  });

  const rates = fc
    .tuple(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.integer({ min: -14, max: 4 }))
    .map(([units, places]) => shiftPoint(`${units}` as DecimalString, places - 6));
  test("what it ignores is below one millionth of the stored rate, and it never ignores more than the plain rule", () => {
    fc.assert(
      fc.property(rates, fc.bigInt({ min: 0n, max: 10n ** 8n }), (stored, nudge) => {
        const observed = shiftPoint(
          `${BigInt(shiftPoint(stored, 24)) + nudge * 10n ** 8n}` as DecimalString,
          -24,
        );
        const moved = absolute(subtractDecimals(observed, stored));
        if (!isSignificantChange(stored, observed, "scaled")) {
          expect(compareDecimals(divideDecimals(moved, stored), d("0.000001"))).toBeLessThan(0);
          expect(isSignificantChange(stored, observed, "plain")).toBe(false);
        }
        if (isSignificantChange(stored, observed, "plain"))
          expect(isSignificantChange(stored, observed, "scaled")).toBe(true);
      }),
    );
  });
});
