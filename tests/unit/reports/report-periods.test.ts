import { describe, expect, test } from "bun:test";
import type { ReportLanguage } from "#modules/reports/contract";
import { coverageScopeOf } from "#modules/reports/domain/coverage-scope";
import {
  monthSpans,
  monthWords,
  periodWords,
  shortMonth,
} from "#modules/reports/domain/model/period-words";
import { partialMonthsNote } from "#modules/reports/domain/model/report-notes";
import type { LocalDate } from "#platform/kernel/time";
import { frameOf } from "../../support/report-frames.ts";

const day = (text: string) => text as LocalDate;
const languages: readonly ReportLanguage[] = ["en-US", "de-DE", "tr-TR"];

test.each([
  ["2026-09-01", "2026-09-30", ["September 2026", "September 2026", "Eylül 2026"]],
  ["2026-01-01", "2026-12-31", ["2026", "2026", "2026"]],
  [
    ...["2026-07-01", "2027-06-30"],
    ["July 2026 – June 2027", "Juli 2026 – Juni 2027", "Temmuz 2026 – Haziran 2027"],
  ],
  [
    ...["2026-09-03", "2026-09-30"],
    ["Sep 3, 2026 – Sep 30, 2026", "03.09.2026 – 30.09.2026", "3 Eyl 2026 – 30 Eyl 2026"],
  ],
  ["2026-09-03", "2026-09-03", ["Sep 3, 2026", "03.09.2026", "3 Eyl 2026"]],
] as [string, string, string[]][])("%s to %s is said in three languages", (from, to, words) => {
  expect(languages.map((language) => periodWords(day(from), day(to), language))).toEqual(words);
});

describe("months", () => {
  test("have the days that are covered of them", () => {
    const spans = monthSpans(day("2026-01-31"), day("2026-03-01"));
    expect<unknown>(spans).toEqual([
      { month: "2026-01-01", from: "2026-01-31", to: "2026-01-31" },
      { month: "2026-02-01", from: "2026-02-01", to: "2026-02-28" },
      { month: "2026-03-01", from: "2026-03-01", to: "2026-03-01" },
    ]);
    expect(spans.map((span) => monthWords(span, "de-DE"))).toEqual([
      ...["Januar 2026 (31–31)", "Februar 2026", "März 2026 (01–01)"],
    ]);
    expect(spans.map((span) => shortMonth(span, "tr-TR"))).toEqual([
      ...["Oca 2026", "Şub 2026", "Mar 2026"],
    ]);
  });

  test("that are counted in part are told of", () => {
    const whole = frameOf({}, { from: "2026-09-01", to: "2026-10-31" });
    expect(partialMonthsNote(whole)).toEqual([]);
    const part = frameOf({}, { from: "2026-09-02", to: "2026-10-31" });
    expect(partialMonthsNote(part)).toHaveLength(1);
  });
});

test("what carries something over hangs on all that was before", () => {
  const days = { from: day("2026-09-01"), to: day("2026-09-30"), accountIds: null };
  const froms = (
    [
      ...["transactions", "income_statement", "cash_flow"],
      ...["account_statement", "net_worth", "year", "budgets"],
    ] as const
  ).map((type) => coverageScopeOf({ type, ...days }).from as string | null);
  const from = "2026-09-01";
  expect(froms).toEqual([from, from, from, null, null, null, null]);
});
