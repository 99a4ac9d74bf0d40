import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Period } from "#modules/ledger/domain/budget-period";
import {
  carryOf,
  crossedThresholds,
  progressOf,
  type Rollover,
} from "#modules/ledger/domain/budget-progress";
import {
  addDecimals,
  compareDecimals,
  type DecimalString,
  multiplyDecimals,
  roundDecimal,
  signOf,
  subtractDecimals,
  zero,
} from "#platform/kernel/decimal";
import type { LocalDate } from "#platform/kernel/time";

const decimal = (text: string) => text as DecimalString;
const november: Period = {
  ...{ index: 10, start: "2026-11-01" as LocalDate, end: "2026-11-30" as LocalDate },
};
const given = (
  spent: readonly string[],
  rollover: Rollover,
  amount = "100.00",
  on = "2026-11-15",
) =>
  progressOf({
    ...{ amount: decimal(amount), rollover, digits: 2, period: november },
    spent: spent.map(decimal),
    on: on as LocalDate,
  });

const cents = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }).map(inCents);
const positive = fc.bigInt({ min: 1n, max: 10n ** 14n }).map(inCents);
const rollovers = ["none", "surplus", "deficit", "both"] as const;
const rollover = fc.constantFrom(...rollovers);
const spending = fc.array(cents, { minLength: 1, maxLength: 30 });
const sum = (values: readonly DecimalString[]) => values.reduce(addDecimals, zero);

function inCents(value: bigint): DecimalString {
  const digits = String(value < 0n ? -value : value).padStart(3, "0");
  return decimal(`${value < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`);
}

describe("the progress of a period", () => {
  test("is what was spent of the amount, against the days that have passed", () => {
    expect(given(["60.00"], "none")).toEqual({
      ...{ carried: decimal("0.00"), available: decimal("100.00") },
      ...{ spent: decimal("60.00"), remaining: decimal("40.00") },
      ...{
        percentSpent: decimal("60.00"),
        percentElapsed: decimal("50.00"),
        pace: decimal("1.2000"),
      },
    });
  });

  test.each<[Rollover, string, string]>([
    ["none", "0.00", "100.00"],
    ["surplus", "30.00", "130.00"],
    ["deficit", "-50.00", "50.00"],
    ["both", "-20.00", "80.00"],
  ])("carries by the rule %s", (rule, carried, available) => {
    // Left over 30, then overspent by 50 (by 20, where the 30 were carried).
    const rows: Record<Rollover, string[]> = {
      none: ["70.00", "150.00", "0"],
      surplus: ["70.00", "100.00", "0"],
      deficit: ["70.00", "150.00", "0"],
      both: ["70.00", "150.00", "0"],
    };
    expect(given(rows[rule], rule)).toMatchObject({ carried, available });
  });

  test("has no percent where a deficit has eaten all of the amount", () => {
    expect(given(["250.00", "1.00"], "deficit")).toMatchObject({
      ...{ carried: "-150.00", available: "-50.00", remaining: "-51.00" },
      ...{ percentSpent: null, pace: null },
    });
  });

  test("has no pace before its first day, and one of refunds that is negative", () => {
    expect(given(["10.00"], "none", "100.00", "2026-10-31")).toMatchObject({
      ...{ percentElapsed: "0.00", pace: null },
    });
    expect(given(["-30.00"], "none")).toMatchObject({ percentSpent: "-30.00", pace: "-0.6000" });
  });

  test("has all days behind it after its last one", () => {
    expect(given(["50.00"], "none", "100.00", "2027-03-01")).toMatchObject({
      ...{ percentElapsed: "100.00", pace: "0.5000" },
    });
  });
});

describe("of any spending", () => {
  const any = fc.record({ amount: positive, spent: spending, rule: rollover });
  const of = ({ amount, spent, rule }: { amount: string; spent: string[]; rule: Rollover }) =>
    given(spent, rule, amount);

  test("what remains is the amount and the carry without what was spent", () => {
    fc.assert(
      fc.property(any, ({ amount, spent, rule }) => {
        const found = of({ amount, spent, rule });
        expect(found.available).toBe(roundDecimal(addDecimals(amount, found.carried), 2));
        expect(found.spent).toBe(roundDecimal(spent.at(-1) ?? zero, 2));
        expect(found.remaining).toBe(
          roundDecimal(subtractDecimals(found.available, found.spent), 2),
        );
      }),
    );
  });

  test("what is carried is what the period before left over, by the rule", () => {
    fc.assert(
      fc.property(any, positive, ({ amount, spent, rule }, next) => {
        const before = of({ amount, spent, rule });
        const after = of({ amount, spent: [...spent, next], rule });
        expect(after.carried).toBe(roundDecimal(carryOf(rule, before.remaining), 2));
      }),
    );
  });

  test("a surplus carries no debt, a deficit nothing to spend, and none nothing", () => {
    fc.assert(
      fc.property(any, ({ amount, spent }) => {
        const carried = (rule: Rollover) => signOf(of({ amount, spent, rule }).carried);
        expect(carried("surplus")).toBeGreaterThanOrEqual(0);
        expect(carried("deficit")).toBeLessThanOrEqual(0);
        expect(carried("none")).toBe(0);
      }),
    );
  });

  test("with both, nothing is lost: what remains is all amounts without all that was ever spent", () => {
    fc.assert(
      fc.property(any, ({ amount, spent }) => {
        const amounts = multiplyDecimals(amount, decimal(String(spent.length)));
        expect(of({ amount, spent, rule: "both" }).remaining).toBe(
          roundDecimal(subtractDecimals(amounts, sum(spent)), 2),
        );
      }),
    );
  });

  test("what a rule carries lies between what the other rules carry", () => {
    fc.assert(
      fc.property(any, ({ amount, spent }) => {
        const carried = (rule: Rollover) => of({ amount, spent, rule }).carried;
        expect(compareDecimals(carried("deficit"), carried("both"))).toBeLessThanOrEqual(0);
        expect(compareDecimals(carried("both"), carried("surplus"))).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe("thresholds", () => {
  const crossed = (spent: string, available: string) =>
    crossedThresholds([100, 50, 80], { spent: decimal(spent), available: decimal(available) });

  test.each([
    ["0.00", "100.00", []],
    ["49.99", "100.00", []],
    ["50.00", "100.00", [50]],
    ["99.99", "100.00", [50, 80]],
    ["100.00", "100.00", [50, 80, 100]],
    // 99.999999 %, which is written as 100.00 %.
    ["99999999.00", "100000000.00", [50, 80]],
    ["-5.00", "-100.00", []],
    ["0.01", "-100.00", [50, 80, 100]],
    ["0.01", "0.00", [50, 80, 100]],
  ])("%s of %s has crossed %p", (spent, available, expected) => {
    expect(crossed(spent, available)).toEqual(expected);
  });

  test("once crossed, more spending does not uncross them", () => {
    fc.assert(
      fc.property(positive, positive, cents, (spent, more, available) => {
        const before = crossed(spent, available);
        expect(crossed(addDecimals(spent, more), available)).toEqual(
          expect.arrayContaining(before),
        );
      }),
    );
  });
});
