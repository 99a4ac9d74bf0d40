import { describe, expect, test } from "bun:test";
import { readClosingDay, requireBackward, requireForward } from "#modules/ledger/domain/book";
import { readExternalCode, readName } from "#modules/ledger/domain/name";
import { AppError } from "#platform/kernel/errors";
import { type LocalDate, parseInstant } from "#platform/kernel/time";

const day = (text: string) => text as LocalDate;
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return "ok";
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
};

describe("the closed period", () => {
  test.each<[string | null, string, string]>([
    [null, "2026-01-31", "ok"],
    ["2026-01-31", "2026-02-28", "ok"],
    ["2026-01-31", "2026-01-31", "ok"],
    ["2026-01-31", "2026-01-30", "ledger.period_closed"],
  ])("closed through %p, closing through %p: %s", (current, wanted, outcome) => {
    expect(codeOf(() => requireForward(current as LocalDate | null, day(wanted)))).toBe(outcome);
  });

  test.each<[string | null, string | null, string]>([
    ["2026-01-31", null, "ok"],
    ["2026-01-31", "2026-01-30", "ok"],
    ["2026-01-31", "2026-01-31", "ledger.not_closed"],
    ["2026-01-31", "2026-02-01", "ledger.not_closed"],
    [null, null, "ledger.not_closed"],
    [null, "2026-01-01", "ledger.not_closed"],
  ])("closed through %p, reopening down to %p: %s", (current, wanted, outcome) => {
    const work = () => requireBackward(current as LocalDate | null, wanted as LocalDate | null);
    expect(codeOf(work)).toBe(outcome);
  });

  test("ends at the latest on the day that it is somewhere on Earth", () => {
    const now = parseInstant("2026-09-18T23:59:59Z");
    expect(readClosingDay("2026-09-19", now)).toBe(day("2026-09-19"));
    expect(codeOf(() => readClosingDay("2026-09-20", now))).toBe("input.invalid");
  });
});

describe("a name", () => {
  test("has one spelling", () => {
    expect(readName("  Lebens\u00a0 mittel ")).toBe("Lebens mittel");
    expect(readName("Gu\u0308nlu\u0308k")).toBe("Günlük");
    for (const blank of ["", " ", "\u00a0\u2003"])
      expect(codeOf(() => readName(blank))).toBe("input.invalid");
  });

  test("in somebody's bookkeeping may be missing", () => {
    expect(["4210 ", " ", null, undefined].map(readExternalCode)).toEqual([
      "4210",
      null,
      null,
      null,
    ]);
  });
});
