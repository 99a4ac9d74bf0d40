import { beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { type DocumentHead, type DocumentPart, documentLanguages } from "#platform/documents/model";
import { renderXlsx } from "#platform/documents/xlsx/render-xlsx";
import { parseCurrencyCode } from "#platform/kernel/money";
import { bookDocuments } from "../../support/book-documents.ts";
import { documentParts } from "../../support/document-arbitraries.ts";
import {
  hostileTexts,
  money,
  renderFile,
  renderHere,
  sampleParts,
} from "../../support/documents.ts";
import {
  createExpectedCell,
  placesOf,
  type ShownCell,
  shownAs,
  sumCellsOf,
  tablesOf,
} from "../../support/expected-sheets.ts";
import { describeWith } from "../../support/programs.ts";
import { readSheetFiles, recalculated, type SheetFile } from "../../support/sheet-files.ts";
import { python } from "../../support/word-files.ts";

const hardTexts = [...hostileTexts, "_x0041_", "a\u0007b\u0000", " spaces ", "007", "1/2", "TRUE"];
const samples = [
  ...documentLanguages.map((language) => [...sampleParts({ language, rows: 250 })]),
  [...sampleParts({ language: "de-DE", rows: 60, texts: hardTexts })],
];

const headOf = (parts: readonly DocumentPart[]): DocumentHead => {
  const [first] = parts;
  if (first?.part !== "document") throw new Error("a document begins with its head");
  return first.head;
};
const formulasOf = ({ sheets }: SheetFile) =>
  sheets.flatMap(({ cells }) => Object.values(cells).flatMap(({ formula }) => formula ?? []));

/** A number as it is shown; what a double has behind that is nothing that anybody sees. */
const inDigits = (cell: ShownCell | null, digits: number | null) =>
  typeof cell?.value === "number" && digits !== null ? cell.value.toFixed(digits) : cell;
const digitsOf = (amount: string) => amount.split(".")[1]?.length ?? 0;

/** Every cell of every table stands where it must, as what it is, and nothing else does. */
function expectTables(file: SheetFile, parts: readonly DocumentPart[]) {
  const expectedCell = createExpectedCell(headOf(parts));
  tablesOf(parts).forEach(({ table, rows }, index) => {
    const cells = file.sheets[index + 1]?.cells ?? {};
    const places = placesOf(table);
    rows.forEach((row, at) => {
      places.forEach(({ column, letter, code }, of) => {
        const value = row[of] ?? null;
        const address = `${letter}${at + 2}`;
        const isMoney = value !== null && typeof value !== "string";
        // A formula may leave something behind the last digit.
        const digits = isMoney && cells[address]?.formula ? digitsOf(value.amount) : null;
        expect([address, inDigits(shownAs(cells[address]), digits)]).toEqual([
          ...[address, inDigits(expectedCell(column, value), digits)],
        ]);
        if (isMoney && shownAs(cells[address])?.type === "s")
          expect(cells[address]?.alignment).toBe("right");
        if (isMoney && code) expect(cells[`${code}${at + 2}`]?.value).toBe(value.currency);
        if (isMoney && cells[address]?.type === "n")
          expect(cells[address]?.format).toContain(value.currency);
      });
    });
  });
}

/** Every sum of the model, as a number to the last digit, or, beyond 15 digits, as text. */
function expectSums(file: SheetFile, parts: readonly DocumentPart[]) {
  const expectedCell = createExpectedCell(headOf(parts));
  tablesOf(parts).forEach((model, index) => {
    const sheet = file.sheets[index + 1];
    const found = sheet ? sumCellsOf(sheet, model) : [];
    model.sums.forEach(({ value }, at) => {
      const digits = digitsOf(value.amount);
      expect(inDigits(shownAs(found[at]), digits)).toEqual(
        inDigits(expectedCell({ kind: "money" }, value), digits),
      );
    });
  });
}

describeWith([python, "soffice"], "an Excel file", () => {
  let files: readonly SheetFile[] = [];
  let calculated: readonly SheetFile[] = [];
  let fingerprint = "";
  beforeAll(async () => {
    const made = [];
    for (const parts of samples) made.push(await renderFile("xlsx", parts));
    const paths = made.map(({ path }) => path);
    fingerprint = made[0]?.fingerprint ?? "";
    [files, calculated] = await Promise.all([readSheetFiles(paths), recalculated(paths)]);
  });

  test("has numbers, days, percents and texts as such in each language, and hostile texts as texts", () => {
    samples.forEach((parts, index) => {
      const [file, opened] = [files[index], calculated[index]];
      if (!file || !opened) throw new Error("not read");
      expectTables(file, parts);
      expectTables(opened, parts);
    });
  });

  test("has sums as formulas that hold the model's values, which LibreOffice calculates as well", () => {
    samples.forEach((parts, index) => {
      const [file, opened] = [files[index], calculated[index]];
      if (!file || !opened) throw new Error("not read");
      expectSums(file, parts);
      expectSums(opened, parts);
      expect(formulasOf(opened)).toEqual(formulasOf(file));
    });
  });

  test("has no formula but its own", () => {
    for (const [index, parts] of samples.entries()) {
      const rows = parts.filter(({ part }) => part === "row").length;
      const sums = tablesOf(parts).flatMap((table) => table.sums).length;
      const formulas = formulasOf(files[index] as SheetFile);
      expect(formulas).toHaveLength(rows + sums);
      for (const formula of formulas)
        expect(formula).toMatch(
          /^=(H\d+\+I\d+|SUM\(([HIJ])\$2:\2\$\d+\)|SUMIF\(F\$2:F\$\d+,F\d+,E\$2:E\$\d+\))$/,
        );
    }
  });

  test("begins with what the document is about, and leads to its tables", () => {
    const [overview, table] = files[1]?.sheets ?? [];
    const cells = overview?.cells ?? {};
    expect(files[1]?.sheets.map(({ name }) => name)).toEqual(["Übersicht", "Transactions"]);
    const texts = Object.values(cells).map(({ value }) => value);
    expect(texts.slice(0, 4)).toEqual([
      "Transactions",
      "September 2026",
      "Book",
      "Yılmaz household",
    ]);
    expect(cells["B5"]).toMatchObject({ type: "d", value: "2026-09-01T00:00:00" });
    expect(cells["B10"]).toMatchObject({ type: "d", value: "2026-10-01T11:30:00" });
    for (const text of [
      ...["01a2043b-44d9-7747-9bb1-fb12a1cb95e4", "Prüfsumme (SHA-256)", "All transactions"],
      ...["Everything that was posted in the period, one line each.", "250 Einträge"],
      ...["Anmerkungen", "Rates are those of the European Central Bank."],
    ])
      expect(texts).toContain(text);
    expect(files[0]?.sheets[0]?.cells["B12"]?.value).toBe(fingerprint);
    expect(Object.values(overview?.links ?? {})).toEqual(["'Transactions'!A1"]);
    expect(table?.links).toEqual({});
  });

  test("is set up to be filtered and printed", () => {
    for (const { sheets } of files.slice(0, 3)) {
      expect(sheets[1]).toMatchObject({
        ...{ frozen: "A2", filter: "A1:J251", repeated: "$1:$1" },
        ...{ paper: 9, orientation: "landscape", pagesWide: 1, pagesHigh: 0 },
      });
      expect(sheets[0]).toMatchObject({ frozen: null, paper: 9, orientation: "portrait" });
    }
    expect(files[1]?.sheets[1]?.footer[0]).toMatch(/^01a2043b-.{27}\n[0-9a-f]{64}$/);
    expect(files.map(({ sheets }) => sheets[1]?.footer[1])).toEqual([
      ...["Page &P of &N", "Seite &P von &N", "Sayfa &P / &N", "Seite &P von &N"],
    ]);
  });

  test("writes days and percents as its language does", () => {
    const formats = files.slice(0, 3).map(({ sheets }) => {
      const [overview, table] = sheets.map(({ cells }) => cells);
      return [table?.["A2"]?.format, table?.["D2"]?.format, overview?.["B10"]?.format];
    });
    expect(formats).toEqual([
      ["d\\ mmm\\ yyyy", "#,##0%", "d\\ mmm\\ yyyy\\,\\ hh:mm:ss"],
      ["dd\\.mm\\.yyyy", "#,##0\\ %", "dd\\.mm\\.yyyy\\ hh:mm:ss"],
      ["dd\\.mm\\.yyyy", "%#,##0", "dd\\.mm\\.yyyy\\ hh:mm:ss"],
    ]);
    const amounts = ["E2", "E3", "E4", "G3"].map((at) => files[0]?.sheets[1]?.cells[at]?.format);
    expect(amounts).toEqual([
      ...['#,##0.00"\u00A0EUR"', '#,##0.00"\u00A0TRY"', '#,##0.00000000"\u00A0BTC"'],
      "#,##0.0000000",
    ]);
  });

  test("says where it was made by and when, and nothing about the machine", () => {
    for (const file of files)
      expect(file).toMatchObject({
        ...{ title: "Transactions", creator: "FinTrack" },
        ...{ created: "2026-10-01T08:30:00", modified: "2026-10-01T08:30:00" },
        entries: [[2026, 10, 1, 8, 30, 0]],
      });
  });

  test("says in a note what Excel cannot keep, and shows it as text or as a plain number", async () => {
    const euro = parseCurrencyCode("EUR");
    const day = { id: "day", title: "Day", kind: "date", width: 10 } as const;
    const amount = { id: "amount", title: "Amount", kind: "money", width: 10 } as const;
    const parts: DocumentPart[] = [
      ...[...sampleParts({ language: "en-US", rows: 0 })].slice(0, 1),
      {
        part: "table",
        table: {
          ...{ id: "table", title: "All [2026]: 'A/B'" },
          columns: [
            ...[day, { id: "at", title: "At", kind: "instant", width: 10 } as const],
            ...[{ id: "note", title: "Note", kind: "text", width: 10 } as const],
            ...[{ id: "rate", title: "Rate", kind: "number", width: 10 } as const, amount],
            { ...amount, id: "half", title: "Half", currency: euro },
            { ...amount, id: "double", title: "Double", currency: euro, sumOf: ["half", "half"] },
          ],
        },
      },
      {
        part: "row",
        cells: [
          ...["1900-02-28", "1899-12-31T22:00:00.000Z", "y".repeat(32_768)],
          ...["1.2345678901234567", money("12345678901234567.89", "EUR")],
          ...[money("6172839450617283.5", "EUR"), money("12345678901234567", "EUR")],
        ],
      },
      {
        part: "row",
        cells: [
          ...["1900-03-01", "2026-10-25T00:30:00.000Z", null],
          ...["0.000000000000000000000000000001", money("-12345678901234567.88", "EUR")],
          ...[money("-6172839450617283.5", "EUR"), money("-12345678901234567", "EUR")],
        ],
      },
      {
        part: "totals",
        totals: [
          { label: "All", sums: [{ column: "amount", value: money("0.01", "EUR") }] },
          { label: "None", sums: [{ column: "amount", value: money("0.00", "TRY") }] },
          { label: "Half", sums: [{ column: "half", value: money("0.0", "EUR") }] },
        ],
      },
    ];
    const [file] = await readSheetFiles([(await renderHere(renderXlsx, "xlsx", parts)).path]);
    const [overview, sheet] = file?.sheets ?? [];
    expect(sheet?.name).toBe("All 2026 \u2019A B\u2019");
    const shown = (at: string) => shownAs(sheet?.cells[at]);
    expect(shown("A2")).toEqual({ type: "s", value: "28 Feb 1900" });
    expect(shown("A3")).toEqual({ type: "d", value: "1900-03-01T00:00:00" });
    expect(shown("B2")?.type).toBe("s");
    expect(shown("B3")).toEqual({ type: "d", value: "2026-10-25T03:30:00" });
    expect(shown("C2")).toEqual({ type: "s", value: `${"y".repeat(32_766)}…` });
    expect(shown("D2")).toEqual({ type: "s", value: "1.2345678901234567" });
    expect(shown("D3")).toEqual({ type: "n", value: 1e-30 });
    expect(shown("E2")).toEqual({ type: "s", value: "12,345,678,901,234,567.89 EUR" });
    expect(sheet?.cells["E2"]?.alignment).toBe("right");
    // Right, but not what Excel would add up.
    expect(sheet?.cells["E5"]).toMatchObject({ type: "n", value: 0.01, formula: null });
    expect(sheet?.cells["E6"]).toMatchObject({ type: "n", value: 0, formula: null });
    const notes = Object.values(overview?.cells ?? {}).map(({ value }) => value);
    const name = sheet?.name;
    for (const note of [
      `Numbers of more than 15 digits stand as text, since Excel would change the last ones: ${name}.`,
      `Days before 1 March 1900 stand as text, since Excel counts them wrongly: ${name}.`,
      `Texts of more than 32,767 characters are cut: ${name}.`,
      `These sums are right, but no formulas, since Excel would get their last digits wrong: ${name}!E5, ${name}!G7.`,
    ])
      expect(notes).toContain(note);
  });

  test("adds up random books to the last digit, here and in LibreOffice", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(bookDocuments, { minLength: 30, maxLength: 30 }),
        async (documents) => {
          const paths: string[] = [];
          for (const parts of documents)
            paths.push((await renderHere(renderXlsx, "xlsx", parts)).path);
          const [read, opened] = await Promise.all([readSheetFiles(paths), recalculated(paths)]);
          documents.forEach((parts, index) => {
            for (const file of [read[index], opened[index]]) {
              if (!file) throw new Error("not read");
              expectTables(file, parts);
              expectSums(file, parts);
            }
          });
        },
      ),
      { numRuns: 1, endOnFailure: true },
    );
  });

  test("keeps whatever a document says, and LibreOffice opens it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(documentParts, { minLength: 25, maxLength: 25 }),
        async (documents) => {
          const paths: string[] = [];
          for (const parts of documents)
            paths.push((await renderHere(renderXlsx, "xlsx", parts)).path);
          const [read, opened] = await Promise.all([readSheetFiles(paths), recalculated(paths)]);
          documents.forEach((parts, index) => {
            const [file, again] = [read[index], opened[index]];
            if (!file || !again) throw new Error("not read");
            expectTables(file, parts);
            expectSums(file, parts);
            expect(again.sheets.map(({ name }) => name)).toEqual(
              file.sheets.map(({ name }) => name),
            );
          });
        },
      ),
      { numRuns: 1, endOnFailure: true },
    );
  });
});
