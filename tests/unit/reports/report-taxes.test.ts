import { expect, test } from "bun:test";
import fc from "fast-check";
import { taxIn, taxTable } from "#modules/reports/domain/model/tax-table";
import type { DecimalString } from "#platform/kernel/decimal";
import { money } from "../../support/documents.ts";
import { cashFlowOf, decimal, frameOf } from "../../support/report-frames.ts";
import { rowsOf, tablesOf, totalsOf } from "../../support/report-models.ts";
import { amountOf } from "../../support/transaction-arbitraries.ts";

test.each([
  ["119.00", "19", "100.00", "19.00"],
  ["107.00", "7", "100.00", "7.00"],
  ["100.00", "19", "84.03", "15.97"],
  ["-30.00", "19", "-25.21", "-4.79"],
  ["0.01", "19", "0.01", "0.00"],
  // 0.05 x 100 / 200 = 0.025: a tie goes to the even digit.
  ["0.05", "100", "0.03", "0.02"],
  ["0.15", "100", "0.07", "0.08"],
  ["-0.05", "100", "-0.03", "-0.02"],
  ["12.34", "0", "12.34", "0.00"],
])("%s with %s percent is %s net and %s tax", (gross, rate, net, tax) => {
  expect(taxIn(decimal(gross), decimal(rate), 2)).toEqual({ net: decimal(net), tax: decimal(tax) });
});

test("net and tax are the gross amount, and the tax is the nearest there is, ties to the even one", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
      fc.integer({ min: 0, max: 10_000_000 }),
      (units, tenThousandths) => {
        const rate = (tenThousandths / 10_000).toFixed(4) as DecimalString;
        const { net, tax } = taxIn(amountOf(units, "EUR"), rate, 2);
        const [netUnits, taxUnits] = [net, tax].map((text) => BigInt(text.replace(".", "")));
        if (netUnits === undefined || taxUnits === undefined) throw new Error("no units");
        expect(netUnits + taxUnits).toBe(units);
        // tax = units x r / (100 + r), all times 10,000
        const [top, bottom] = [units * BigInt(tenThousandths), 1_000_000n + BigInt(tenThousandths)];
        const twice = 2n * (taxUnits * bottom - top);
        const distance = twice < 0n ? -twice : twice;
        expect(distance <= bottom).toBe(true);
        if (distance === bottom) expect(taxUnits % 2n).toBe(0n);
      },
    ),
    { numRuns: 300 },
  );
});

test("a line for each kind, rate and currency; what has no rate is no tax", () => {
  const none = money("0.00", "EUR");
  const totals = [
    { kind: "income", taxRate: null, amount: money("50.00", "EUR"), converted: decimal("50") },
    {
      kind: "income",
      taxRate: decimal("19"),
      amount: money("119.00", "EUR"),
      converted: decimal("119"),
    },
    {
      kind: "expense",
      taxRate: decimal("7"),
      amount: money("107.00", "TRY"),
      converted: decimal("2.1405"),
    },
  ] as const;
  const flow = cashFlowOf([], ["169.00", "2.14", "166.86"]);
  const parts = [
    ...taxTable(
      frameOf(),
      totals.map((total) => ({ ...total, unconverted: none })),
      flow,
    ),
  ];
  const tables = tablesOf(parts);
  expect(rowsOf(tables, "taxes", ["kind", "taxRate", "net", "tax", "gross"])).toEqual([
    ["Income: No tax rate stated", "", "50.00 EUR", "0.00 EUR", "50.00 EUR"],
    ["Income", "19", "100.00 EUR", "19.00 EUR", "119.00 EUR"],
    ["Expense", "7", "-100.00 TRY", "-7.00 TRY", "-107.00 TRY"],
  ]);
  expect(
    rowsOf(tables, "taxes", ["netConverted", "taxConverted", "grossConverted"]).at(-1),
  ).toEqual(["-2.00 EUR", "-0.14 EUR", "-2.14 EUR"]);
  expect(totalsOf(tables, "taxes")["Total EUR"]).toMatchObject({
    ...{ net: "150.00 EUR", tax: "19.00 EUR", gross: "169.00 EUR", grossConverted: "166.86 EUR" },
  });
});

test("there is no table of taxes where no transaction has a rate", () => {
  const total = {
    kind: "income",
    taxRate: null,
    amount: money("1.00", "EUR"),
    ...{ converted: decimal("1"), unconverted: money("0.00", "EUR") },
  } as const;
  expect([...taxTable(frameOf(), [total], cashFlowOf([], ["1.00", "0.00", "1.00"]))]).toEqual([]);
});
