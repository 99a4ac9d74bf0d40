import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createScale } from "#platform/documents/pdf/chart/scale";
import { parseDecimal, subtractDecimals } from "#platform/kernel/decimal";

const ticksOf = (...values: string[]): string[] =>
  createScale(values.map((value) => parseDecimal(value))).ticks.map(({ value }) => value);

describe("an axis", () => {
  test("has round numbers that hold zero and all values", () => {
    expect(ticksOf("433.12", "1200.00")).toEqual(["0", "250", "500", "750", "1000", "1250"]);
    expect(ticksOf("-120.00", "80.50", "4210.33")).toEqual([
      "-1000",
      "0",
      "1000",
      "2000",
      "3000",
      "4000",
      "5000",
    ]);
    expect(ticksOf("0.00031")).toEqual(["0.0000", "0.0001", "0.0002", "0.0003", "0.0004"]);
    expect(ticksOf("-7")).toEqual(["-8", "-6", "-4", "-2", "0"]);
  });

  test("of zeros alone has a number above", () => {
    expect(ticksOf("0", "0.00")).toEqual(["0", "1"]);
  });

  test("has 2 to 8 numbers at equal distances whatever the values are", () => {
    const value = fc
      .tuple(fc.bigInt(-(10n ** 23n), 10n ** 23n), fc.nat(29))
      .map(([digits, fraction]) => {
        const text = String(digits)
          .replace("-", "")
          .padStart(fraction + 1, "0");
        const at = text.length - fraction;
        const point = fraction > 0 ? `.${text.slice(at)}` : "";
        return parseDecimal(`${digits < 0n ? "-" : ""}${text.slice(0, at)}${point}`);
      });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 6 }), (values) => {
        const { ticks, at, zero } = createScale(values);
        expect(ticks.length).toBeWithin(2, 9);
        const steps = ticks.slice(1).map((tick, index) => {
          const before = ticks[index];
          return before ? Number(subtractDecimals(tick.value, before.value)) : Number.NaN;
        });
        expect(new Set(steps).size).toBe(1);
        for (const share of [zero, ...values.map(at)]) expect(share).toBeWithin(-1e-9, 1 + 1e-9);
        expect(ticks.some((tick) => Number(tick.value) === 0 && tick.at === zero)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
