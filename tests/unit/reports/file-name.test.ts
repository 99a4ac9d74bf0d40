import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { reportFormats } from "#modules/reports/domain/allowance";
import {
  familyNameOf,
  fileBaseOf,
  fileNameOf,
  foldedName,
  periodName,
} from "#modules/reports/domain/file-name";
import { type CurrencyCode, parseCurrencyCode } from "#platform/kernel/money";
import { addDays, type LocalDate, parseLocalDate } from "#platform/kernel/time";

const day = (text: string) => parseLocalDate(text);

describe("the period in a name", () => {
  test.each([
    ["2026-09-01", "2026-09-30", "2026-09"],
    ["2024-02-01", "2024-02-29", "2024-02"],
    ["2026-02-01", "2026-02-28", "2026-02"],
    ["2026-07-01", "2026-09-30", "2026-Q3"],
    ["2026-10-01", "2026-12-31", "2026-Q4"],
    ["2026-01-01", "2026-12-31", "2026"],
    ["2026-02-01", "2026-04-30", "2026-02--2026-04"],
    ["2026-07-01", "2027-06-30", "2026-07--2027-06"],
    ["2026-09-07", "2026-09-13", "2026-09-07--2026-09-13"],
    ["2026-09-01", "2026-09-29", "2026-09-01--2026-09-29"],
    ["2026-09-02", "2026-09-30", "2026-09-02--2026-09-30"],
  ])("%s to %s is %s", (from, to, name) => {
    expect(periodName(day(from), day(to))).toBe(name);
  });
});

describe("a name in ASCII", () => {
  test.each([
    ["Yılmaz", "tr-TR", "Yilmaz"],
    ["Işık Çağlayan Ünüvar", "tr-TR", "Isik-Caglayan-Unuvar"],
    ["Müller & Söhne", "de-DE", "Mueller-Soehne"],
    ["Müller", "en-US", "Muller"],
    ["Straße", "de-DE", "Strasse"],
    ["Ægir Þór Łukasz", "en-US", "AEgir-Thor-Lukasz"],
    ["Zoë O'Neill-Åström", "en-US", "Zoe-O-Neill-Astrom"],
    ["أحمد", "en-US", "FinTrack"],
    ["Иванов", "en-US", "FinTrack"],
    ["2026", "en-US", "FinTrack"],
    ["", "en-US", "FinTrack"],
    ["../../etc/passwd", "en-US", "etc-passwd"],
    ["ﬁnance ①", "en-US", "finance-1"],
  ] as const)("%s in %s is %s", (name, language, folded) => {
    expect(foldedName(name, language)).toBe(folded);
  });

  test("is of the family of whom the book is", () => {
    expect(familyNameOf("  Emir Can  Yılmaz ")).toBe("Yılmaz");
    expect(familyNameOf("Cher")).toBe("Cher");
  });
});

describe("the name of a file", () => {
  const scope = {
    ...{ from: day("2026-09-01"), to: day("2026-09-30"), language: "tr-TR" as const },
    currency: parseCurrencyCode("EUR"),
  };
  test("is period, name and currency, and what it is of when it is no list of transactions", () => {
    const list = fileBaseOf({ ...scope, type: "transactions" }, "Yılmaz");
    expect(fileNameOf(list, "xlsx")).toBe("2026-09_Yilmaz_EUR.xlsx");
    const worth = fileBaseOf({ ...scope, type: "net_worth" }, "Yılmaz");
    expect(fileNameOf(worth, "pdf")).toBe("2026-09_Yilmaz_EUR_net-worth.pdf");
  });

  test("begins with EXTF for the programs that read that format, and is no other file's", () => {
    const base = fileBaseOf({ ...scope, type: "transactions" }, "Yılmaz");
    expect(fileNameOf(base, "datev")).toBe("EXTF_2026-09_Yilmaz_EUR.csv");
    const names = reportFormats.map((format) => fileNameOf(base, format));
    expect(new Set(names).size).toBe(reportFormats.length);
  });

  test("property: whatever a book is called, it is safe in a header and in every file system", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 80 }),
        fc.integer({ min: 0, max: 20_000 }),
        fc.integer({ min: 0, max: 1_826 }),
        fc.constantFrom("en-US", "de-DE", "tr-TR"),
        fc.constantFrom("transactions", "account_statement", "income_statement", "year"),
        fc.constantFrom(...reportFormats),
        (name, start, days, language, type, format) => {
          const from = addDays("1990-01-01" as LocalDate, start);
          const currency = "ABCDEF012345" as CurrencyCode;
          const asked = { from, to: addDays(from, days), language, type, currency } as const;
          expect(fileNameOf(fileBaseOf(asked, name), format)).toMatch(
            /^[A-Za-z0-9_-]{1,100}\.[a-z]{1,5}$/,
          );
        },
      ),
    );
  });
});
