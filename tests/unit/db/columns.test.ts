import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  decimalFromPostgres,
  instantFromPostgres,
  unroundedFromPostgres,
} from "#platform/db/columns";
import { instantOf } from "#platform/kernel/time";

const moments = fc.date({
  min: new Date("0001-01-01T00:00:00.000Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});

/** As PostgreSQL writes it with DateStyle ISO in a UTC session: no trailing zeros in the fraction. */
const asColumnText = (date: Date) =>
  date
    .toISOString()
    .replace("T", " ")
    .replace("Z", "")
    .replace(/\.?0+$/, (zeros) => (zeros.startsWith(".") ? "" : zeros.replace(/0+$/, "")))
    .concat("+00");

describe("an instant from PostgreSQL", () => {
  test("is the kernel's instant, from a column and from JSON", () => {
    fc.assert(
      fc.property(moments, (date) => {
        const text = asColumnText(date);
        expect(instantFromPostgres(text)).toBe(instantOf(date));
        expect(instantFromPostgres(`${text.replace(" ", "T")}:00`)).toBe(instantOf(date));
      }),
    );
  });

  test("keeps whole seconds, short fractions and cuts microseconds", () => {
    expect(instantFromPostgres("2026-11-22 09:30:00+00")).toBe("2026-11-22T09:30:00.000Z" as never);
    expect(instantFromPostgres("2026-11-22 09:30:10.5+00")).toBe(
      "2026-11-22T09:30:10.500Z" as never,
    );
    expect(instantFromPostgres("2026-11-22 09:30:00.123999+00")).toBe(
      "2026-11-22T09:30:00.123Z" as never,
    );
  });

  test("is refused in another zone, before Christ and at infinity", () => {
    for (const text of [
      "2026-11-22 09:30:00+01",
      "2026-11-22 09:30:00",
      "infinity",
      "-infinity",
      "0044-03-15 00:00:00+00 BC",
      "10000-01-01 00:00:00+00",
    ])
      expect(() => instantFromPostgres(text)).toThrow(RangeError);
  });
});

test("a decimal from PostgreSQL keeps every digit and its scale; what is no number is refused", () => {
  expect(decimalFromPostgres("0.10")).toBe("0.10" as never);
  expect(decimalFromPostgres("-123456789012345678.000000000000000001")).toBe(
    "-123456789012345678.000000000000000001" as never,
  );
  for (const text of ["NaN", "Infinity", "-Infinity", ""])
    expect(() => decimalFromPostgres(text)).toThrow(RangeError);
});

test("a sum that is not rounded yet may have more digits than a decimal that is kept", () => {
  const long = `-${"9".repeat(30)}.${"1".repeat(40)}`;
  expect(unroundedFromPostgres(long)).toBe(long as never);
  expect(() => decimalFromPostgres(long)).toThrow(RangeError);
  for (const text of ["NaN", "Infinity", "-Infinity", "", "1e3", "1."])
    expect(() => unroundedFromPostgres(text)).toThrow(RangeError);
});
