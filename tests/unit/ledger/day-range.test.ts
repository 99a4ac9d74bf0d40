import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { everyDay, monthEnds, readRange } from "#modules/ledger/domain/day-range";
import { AppError } from "#platform/kernel/errors";
import { addDays, type LocalDate } from "#platform/kernel/time";

const day = (text: string) => text as LocalDate;
const today = day("2026-09-18");
const many = 100_000;
const anyDay = fc
  .integer({ min: 0, max: 3_000_000 })
  .map((days) => addDays(day("0001-01-01"), days));

function faultOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.fields[0]?.path : String(error);
  }
}

describe("a range", () => {
  test("is the year up to today unless said otherwise", () => {
    expect(readRange({}, today)).toEqual({ from: day("2025-09-18"), to: today });
    expect(readRange({ to: "2024-12-31" }, today).from).toBe(day("2024-01-01"));
    expect(readRange({ to: "0001-06-01" }, today).from).toBe(day("0001-01-01"));
    expect(readRange({ from: "2026-09-18" }, today)).toEqual({ from: today, to: today });
  });

  test("does not end before it begins", () => {
    expect(faultOf(() => readRange({ from: "2026-09-19" }, today))).toBe("from");
    expect(faultOf(() => readRange({ from: "2026-02-30" }, today))).toBe("from");
    expect(faultOf(() => readRange({ to: "2026-13-01" }, today))).toBe("to");
  });
});

describe("the ends of months", () => {
  test("are those in the range, and its last day", () => {
    const ends = (from: string, to: string) => monthEnds({ from: day(from), to: day(to) }, many);
    expect(ends("2023-12-31", "2024-03-05")).toEqual(
      ["2023-12-31", "2024-01-31", "2024-02-29", "2024-03-05"].map(day),
    );
    expect(ends("2026-02-10", "2026-02-10")).toEqual([day("2026-02-10")]);
    expect(ends("9999-11-01", "9999-12-31")).toEqual(["9999-11-30", "9999-12-31"].map(day));
    expect(ends("0001-01-01", "0001-02-01")).toEqual(["0001-01-31", "0001-02-01"].map(day));
  });

  test("rise, lie in the range, and are each followed by the first of a month, but the last", () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 3_000 }), (from, days) => {
        const to = addDays(from, days);
        const ends = monthEnds({ from, to }, many);
        expect(ends).toEqual(ends.toSorted());
        expect(ends.at(-1)).toBe(to);
        for (const end of ends.slice(0, -1)) expect(addDays(end, 1).slice(8)).toBe("01");
        const months = new Set(everyDay({ from, to }, many).map((one) => one.slice(0, 7)));
        expect(ends.map((end) => end.slice(0, 7))).toEqual([...months]);
      }),
    );
  });

  test("are bounded", () => {
    const range = { from: day("2026-01-31"), to: day("2026-03-01") };
    expect(monthEnds(range, 3)).toHaveLength(3);
    expect(faultOf(() => monthEnds(range, 2))).toBe("from");
    expect(everyDay(range, 30)).toHaveLength(30);
    expect(faultOf(() => everyDay(range, 29))).toBe("from");
  });
});
