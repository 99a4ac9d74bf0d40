import { expect, test } from "bun:test";
import { createCellFormat } from "#platform/documents/formatting";

const shown = (language: "en-US" | "de-DE" | "tr-TR", timeZone: string) => {
  const { cell } = createCellFormat(language, timeZone);
  return [cell("date", "2026-12-04"), cell("instant", "2026-12-03T23:07:02.999Z")];
};

test("days have their month as a word and hours go to 24, in each language and zone", () => {
  expect(shown("en-US", "Europe/Berlin")).toEqual([
    ...["4 December 2026", "4 December 2026, 00:07:02 CET"],
  ]);
  expect(shown("en-US", "America/New_York")[1]).toBe("3 December 2026, 18:07:02 GMT-5");
  expect(shown("de-DE", "Europe/Berlin")).toEqual([
    ...["4. Dezember 2026", "4. Dezember 2026, 00:07:02 MEZ"],
  ]);
  expect(shown("tr-TR", "Europe/Istanbul")).toEqual([
    ...["4 Aralık 2026", "4 Aralık 2026, 02:07:02 GMT+3"],
  ]);
});

test("columns have the short names of months", () => {
  const short = (["en-US", "de-DE", "tr-TR"] as const).map((language) =>
    createCellFormat(language, "Asia/Kolkata").inColumn("instant", "2026-12-03T23:07:02Z"),
  );
  expect(short).toEqual([
    "4 Dec 2026, 04:37:02 GMT+5:30",
    "4. Dez. 2026, 04:37:02 GMT+5:30",
    "4 Ara 2026, 04:37:02 GMT+5:30",
  ]);
});
