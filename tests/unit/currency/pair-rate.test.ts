import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { latestRates } from "#modules/currency/domain/latest-rates";
import { crossRate, legAt, pairRateAt } from "#modules/currency/domain/pair-rate";
import type { StoredRate } from "#modules/currency/domain/stored-rate";
import {
  absolute,
  compareDecimals,
  type DecimalString,
  isDecimal,
  multiplyDecimals,
  parseDecimal,
  roundDecimal,
  shiftPoint,
  signOf,
  subtractDecimals,
} from "#platform/kernel/decimal";
import { type CurrencyCode, convertMoney } from "#platform/kernel/money";
import { addSeconds, parseInstant } from "#platform/kernel/time";
import { readFxDays } from "../../support/fx-days.ts";
import { crossNaively } from "../../support/naive-rates.ts";

const seen = parseInstant("2026-09-17T00:00:00Z");
const code = (text: string) => text as CurrencyCode;
const staleAfter = () => 1800;
const row = (key: string, rate: string, changes: Partial<StoredRate> = {}): StoredRate => ({
  source: "market",
  code: code(key),
  provider: "coinbase",
  direction: "per_pivot",
  rate: parseDecimal(rate),
  firstSeen: seen,
  lastSeen: seen,
  asOf: null,
  multiplier: 1,
  ...changes,
});
const pair = (base: string, quote: string) => ({ base: code(base), quote: code(quote) });

describe("a cross rate", () => {
  const inPivot = (rate: string) => ({ rate: parseDecimal(rate), direction: "in_pivot" }) as const;
  const perPivot = (rate: string) =>
    ({ rate: parseDecimal(rate), direction: "per_pivot" }) as const;
  test.each([
    [undefined, perPivot("0.92"), "0.92"],
    [perPivot("0.5"), undefined, "2"],
    [inPivot("67000.12"), undefined, "67000.12"],
    [inPivot("67000.10"), undefined, "67000.1"],
    [undefined, perPivot("0.9200"), "0.92"],
    [undefined, inPivot("3"), "0.33333333333333333333"],
    [perPivot("0.8"), perPivot("160"), "200"],
    [inPivot("60000"), perPivot("0.9"), "54000"],
    [perPivot("0.9"), inPivot("60000"), "0.000018518518518518518519"],
    [inPivot("60000"), inPivot("3000"), "20"],
  ])("%p to %p is %s", (base, quote, rate) => {
    expect(`${crossRate(base, quote)}`).toBe(rate);
  });
  test.each([
    [perPivot("21000000000.123"), perPivot("0.0000115137"), "0.000000000000000548271428568217"],
    [
      inPivot("0.0000123456789012345"),
      perPivot("0.872360598123456789"),
      "0.00001076988383052106923340246",
    ],
  ])("%p to %p has no more decimals than a decimal may have", (base, quote, rate) => {
    expect(`${crossRate(base, quote)}`).toBe(rate);
  });
  test("is the exact value, rounded half-even once", () => {
    const quote = fc
      .tuple(fc.bigInt({ min: 10n ** 6n, max: 10n ** 17n }), fc.integer({ min: 6, max: 18 }))
      .map(([digits, decimals]) => shiftPoint(`${digits}` as DecimalString, -decimals));
    fc.assert(
      fc.property(quote, quote, (base, other) => {
        expect(`${crossRate(perPivot(base), perPivot(other))}`).toBe(
          crossNaively({ base, quote: other }),
        );
      }),
      { numRuns: 2000 },
    );
  });
  test("of any two believable quotes is a decimal above zero", () => {
    const quote = fc
      .tuple(
        fc.bigInt({ min: 1n, max: 10n ** 30n - 1n }),
        fc.integer({ min: 0, max: 30 }),
        fc.constantFrom("per_pivot" as const, "in_pivot" as const),
      )
      .map(([digits, decimals, direction]) => ({
        rate: shiftPoint(`${digits}` as DecimalString, -decimals),
        direction,
      }))
      .filter(
        ({ rate }) =>
          isDecimal(rate) &&
          compareDecimals(rate, parseDecimal("0.000000000001")) >= 0 &&
          compareDecimals(rate, parseDecimal("1000000000000")) < 0,
      );
    fc.assert(
      fc.property(quote, quote, (base, other) => {
        const rate = crossRate(base, other);
        expect([isDecimal(rate), signOf(rate)]).toEqual([true, 1]);
      }),
      { numRuns: 500 },
    );
  });
});

test("legs name both observations, the pair is as old as the older and stale as soon as one is", () => {
  const latest = latestRates(
    [row("EUR", "0.92", { lastSeen: addSeconds(seen, 1700) }), row("JPY", "150")],
    staleAfter,
  );
  const rate = latest.pair(pair("EUR", "JPY"), "market", addSeconds(seen, 1801));
  expect(rate?.legs.map((leg) => [`${leg.currency}`, leg.ageSeconds, leg.stale])).toEqual([
    ["EUR", 101, false],
    ["JPY", 1801, true],
  ]);
  expect([rate?.observedAt, rate?.ageSeconds, rate?.stale]).toEqual([seen, 1801, true]);
});

test("within a run of unchanged polls the observation is as old as the asked instant", () => {
  const at = addSeconds(seen, 900);
  const rowOf = () =>
    row("EUR", "0.92", { lastSeen: addSeconds(seen, 3600), asOf: addSeconds(seen, 3000) });
  const rate = pairRateAt(pair("USD", "EUR"), {
    source: "market",
    rowOf,
    legOf: (stored) => legAt(stored, at, staleAfter),
  });
  expect(rate?.legs).toMatchObject([{ observedAt: at, ageSeconds: 0, asOf: null }]);
});

test("a currency in itself and the pivot need no observation", () => {
  const latest = latestRates([], staleAfter);
  expect(latest.pair(pair("USD", "USD"), "market", seen)).toMatchObject({
    rate: "1",
    legs: [],
    observedAt: null,
    stale: false,
  });
  expect(latest.pair(pair("USD", "EUR"), "market", seen)).toBeUndefined();
  expect(latest.isQuoted(code("USD"), "market")).toBe(true);
});

const [day] = readFxDays().slice(-1);
if (!day) throw new Error("no data");
const table = latestRates(
  day.quotes.map(({ code: key, rate }) => row(key, rate)),
  staleAfter,
);
const anyCode = fc.constantFrom(...table.codes("market"));

test("one pair has one value, from the memory or computed anew, asked first or second", () => {
  fc.assert(
    fc.property(anyCode, anyCode, (base, quote) => {
      const first = table.pair({ base, quote }, "market", seen);
      const again = table.pair({ base, quote }, "market", seen);
      const rowOf = (key: CurrencyCode) => table.row(key, "market");
      const anew = pairRateAt(
        { base, quote },
        { source: "market", rowOf, legOf: (stored) => legAt(stored, seen, staleAfter) },
      );
      expect(again).toEqual(first as never);
      expect(anew).toEqual(first as never);
    }),
  );
});

test("A to B and back gives the amount within what the two roundings may cost", () => {
  const amounts = fc.bigInt({ min: 1n, max: 10n ** 12n });
  fc.assert(
    fc.property(
      anyCode,
      anyCode,
      amounts,
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 0, max: 8 }),
      (a, b, units, digitsA, digitsB) => {
        const there = table.pair({ base: a, quote: b }, "market", seen);
        const back = table.pair({ base: b, quote: a }, "market", seen);
        if (!there || !back) throw new Error("not quoted");
        const amount = roundDecimal(shiftPoint(`${units}` as DecimalString, -digitsA), digitsA);
        const converted = convertMoney({ amount, currency: a }, there.rate, b, digitsB);
        const returned = convertMoney(converted, back.rate, a, digitsA);
        const off = absolute(subtractDecimals(returned.amount, amount));
        // half a unit of B's last digit, seen in A, plus half a unit of A's, plus 2e-19 for the cut-off rates
        const half = (digits: number) => shiftPoint(parseDecimal("0.5"), -digits);
        const bound = [
          multiplyDecimals(half(digitsB), back.rate),
          half(digitsA),
          multiplyDecimals(amount, parseDecimal("0.0000000000000000002")),
        ].reduce((sum, part) =>
          subtractDecimals(sum, subtractDecimals("0" as DecimalString, part)),
        );
        expect(compareDecimals(off, bound)).toBeLessThanOrEqual(0);
      },
    ),
  );
});
