import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  addDecimals,
  compareDecimals,
  type DecimalString,
  parseDecimal,
} from "#platform/kernel/decimal";
import { AppError } from "#platform/kernel/errors";
import {
  addMoney,
  type CurrencyCode,
  convertMoney,
  parseCurrencyCode,
  parseMoney,
  type Scales,
  splitMoney,
  sumMoney,
} from "#platform/kernel/money";

const digits: Record<string, number> = { USD: 2, JPY: 0, KWD: 3 };
const scales: Scales = { digitsOf: (code) => digits[code] };
const usd = (amount: string) => parseMoney({ amount, currency: "USD" }, scales);
const faultOf = (work: () => unknown): AppError => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

describe("reading money", () => {
  test("pads to the currency's decimals", () => {
    expect(usd("12.5")).toEqual({
      amount: "12.50" as DecimalString,
      currency: "USD" as CurrencyCode,
    });
  });
  test.each([
    ["12.345", "USD", "/price/amount"],
    ["1.5", "JPY", "/price/amount"],
    ["1", "XYZ", "/price/currency"],
    ["1", "usd", "/price/currency"],
    ["1e2", "USD", "/price/amount"],
  ])("%s %s is refused and the field named", (amount, currency, path) => {
    const fault = faultOf(() => parseMoney({ amount, currency }, scales, "/price"));
    expect(fault.kind).toBe("invalid");
    expect(fault.fields.map((field) => field.path)).toEqual([path]);
    expect(fault.message).not.toContain(amount === "1" ? currency : amount);
  });
});

test("unlike currencies are never added", () => {
  const yen = parseMoney({ amount: "1", currency: "JPY" }, scales);
  expect(() => addMoney(usd("1"), yen)).toThrow(TypeError);
});

test("a conversion rounds once, half-even, to the target's decimals", () => {
  const converted = convertMoney(usd("1.00"), parseDecimal("149.5"), parseCurrencyCode("JPY"), 0);
  expect(converted.amount).toBe("150" as DecimalString);
  expect(convertMoney(usd("1.00"), parseDecimal("148.5"), parseCurrencyCode("JPY"), 0).amount).toBe(
    "148" as DecimalString,
  );
});

describe("splitting", () => {
  test("a cent that does not divide goes to the largest remainder, ties to the first", () => {
    const parts = (amount: string, weights: string[]) =>
      splitMoney(
        usd(amount),
        weights.map((weight) => parseDecimal(weight)),
        2,
      ).map((part) => `${part.amount}`);
    expect(parts("0.01", ["1", "1", "1"])).toEqual(["0.01", "0.00", "0.00"]);
    expect(parts("100.00", ["1", "1", "1"])).toEqual(["33.34", "33.33", "33.33"]);
    expect(parts("-100.00", ["1", "1", "1"])).toEqual(["-33.34", "-33.33", "-33.33"]);
    expect(parts("10.00", ["0.5", "0.25", "0.25"])).toEqual(["5.00", "2.50", "2.50"]);
    expect(parts("0.05", ["0", "1"])).toEqual(["0.00", "0.05"]);
  });

  const weights = fc
    .array(
      fc
        .integer({ min: 0, max: 1_000_000 })
        .map((n) => parseDecimal(`${Math.floor(n / 1000)}.${`${n % 1000}`.padStart(3, "0")}`)),
      {
        minLength: 1,
        maxLength: 20,
      },
    )
    .filter((list) => list.some((weight) => compareDecimals(weight, "0" as DecimalString) > 0));
  const amounts = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }).map((cents) => {
    const text = `${cents < 0n ? -cents : cents}`.padStart(3, "0");
    return usd(`${cents < 0n ? "-" : ""}${text.slice(0, -2)}.${text.slice(-2)}`);
  });

  test("parts add up to the whole and no part is off its fair share by a cent or more", () => {
    fc.assert(
      fc.property(amounts, weights, (whole, shares) => {
        const parts = splitMoney(whole, shares, 2);
        expect(compareDecimals(sumMoney(parts, whole.currency).amount, whole.amount)).toBe(0);
        const cents = (amount: string) => BigInt(amount.replace(".", ""));
        const thousandths = (weight: string) => BigInt(weight.replace(".", ""));
        const total = shares.reduce((sum, share) => sum + thousandths(share), 0n);
        parts.forEach((part, index) => {
          const off =
            cents(part.amount) * total - cents(whole.amount) * thousandths(shares[index] ?? "0");
          expect((off < 0n ? -off : off) < total).toBe(true);
        });
      }),
    );
  });

  test("equal weights differ by at most one cent", () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 50 }), (whole, count) => {
        const parts = splitMoney(whole, Array(count).fill("1" as DecimalString), 2).map(
          (part) => part.amount,
        );
        const sorted = parts.toSorted(compareDecimals);
        const [least, most] = [sorted[0], sorted.at(-1)];
        if (least === undefined || most === undefined) throw new Error("no parts");
        expect(compareDecimals(most, addDecimals(least, parseDecimal("0.01")))).toBeLessThanOrEqual(
          0,
        );
      }),
    );
  });
});
