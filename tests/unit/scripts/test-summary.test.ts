import { describe, expect, test } from "bun:test";
import { closingLine, readSummary } from "../../../scripts/test-summary.ts";

const summary = (...lines: string[]) =>
  ["tests/unit/a.test.ts:", ...lines, " 7 expect() calls", "Ran 9 tests across 5 files. [64.00ms]"]
    .join("\n")
    .concat("\n");

describe("counts of a test run", () => {
  test("add what failed to load to what failed, and what is to do to what was skipped", () => {
    const output = summary(" 3 pass", " 1 skip", " 2 todo", " 4 fail", " 1 error");
    expect(readSummary(output)).toEqual({ passed: 3, failed: 5, skipped: 3 });
  });

  test("are read through colours", () => {
    expect(
      readSummary(summary("\u001b[32m 12 pass\u001b[0m", "\u001b[2m 0 fail\u001b[0m")),
    ).toEqual({
      passed: 12,
      failed: 0,
      skipped: 0,
    });
  });

  test("come from the last summary, not from one that a test printed", () => {
    expect(readSummary(summary(" 100 pass", " 0 fail") + summary(" 1 pass", " 2 fail"))).toEqual({
      passed: 1,
      failed: 2,
      skipped: 0,
    });
  });

  test("are unknown when the run broke off", () => {
    expect(readSummary("error: out of memory\n")).toBeNull();
    expect(readSummary(" 3 pass\n 0 fail\n")).toBeNull();
  });
});

describe("the closing line", () => {
  test("is alone on its line and says whether the run proves anything", () => {
    expect(closingLine({ passed: 5, failed: 0, skipped: 1 })).toEqual({
      line: "5 passed, 0 failed, 1 skipped",
      ok: true,
    });
    expect(closingLine({ passed: 5, failed: 1, skipped: 0 }).ok).toBe(false);
    expect(closingLine({ passed: 0, failed: 0, skipped: 4 }).ok).toBe(false);
    expect(closingLine(null)).toEqual({ line: "0 passed, 1 failed, 0 skipped", ok: false });
  });
});
