import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { amountOf, householdBetween, monthAfter } from "../../../scripts/demo/household.ts";
import { statementOf } from "../../../scripts/demo/statements.ts";

const aMonth = fc.integer({ min: 0, max: 600 }).map((months) => monthAfter("2000-01", months));

describe("the household of the demo", () => {
  test("has the same figures for a month, whenever it is asked for", () => {
    fc.assert(
      fc.property(aMonth, fc.nat(20), fc.nat(20), (month, before, after) => {
        const of = ({ date }: { readonly date: string }) => date.startsWith(month);
        const long = householdBetween(monthAfter(month, -before), `${monthAfter(month, after)}-31`);
        const short = householdBetween(month, `${month}-31`);
        expect(long.lines.filter(of)).toEqual([...short.lines]);
        expect(long.entries.filter(of)).toEqual([...short.entries]);
      }),
    );
  });

  test("has no entry twice, nothing after the last day, and parts that add up", () => {
    fc.assert(
      fc.property(aMonth, fc.integer({ min: 1, max: 28 }), (month, day) => {
        const last = `${month}-${String(day).padStart(2, "0")}`;
        const { lines, entries } = householdBetween(monthAfter(month, -13), last);
        const keys = [
          ...lines.map(({ date, purse, cents, payee }) => [date, purse, Math.abs(cents), payee]),
          ...entries.map(({ date, from, cents, payee }) => [date, from, cents, payee]),
        ].map(String);
        expect(new Set(keys).size).toBe(keys.length);
        for (const { date, cents } of [...lines, ...entries])
          expect([date <= last, Number.isInteger(cents), cents !== 0]).toEqual([true, true, true]);
        for (const entry of entries)
          if ("parts" in entry)
            expect(entry.parts.reduce((sum, [, cents]) => sum + cents, 0)).toBe(entry.cents);
      }),
    );
  });

  test("gets its statements as its banks write them", () => {
    const line = (cents: number) => ({ date: "2026-03-14", cents, payee: "A", text: "B" });
    const rows = (purse: "giro" | "lira" | "dollars", cents: number) =>
      statementOf(purse, [{ ...line(cents), purse }]).split("\r\n")[1];
    expect(rows("giro", -118_000)).toBe("14.03.2026;A;B;-1.180,00");
    expect(rows("lira", 123_456_789)).toBe("14.03.2026;A;B;1.234.567,89");
    expect(rows("dollars", -41_250)).toBe("2026-03-14,A,B,412.50,");
    expect(rows("dollars", 5)).toBe("2026-03-14,A,B,,0.05");
    expect([amountOf(0), amountOf(-5), amountOf(118_000)]).toEqual(["0.00", "-0.05", "1180.00"]);
  });
});
