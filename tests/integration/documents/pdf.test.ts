import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { createCellFormat } from "#platform/documents/formatting";
import { type Column, type DocumentPart, documentLanguages } from "#platform/documents/model";
import { renderPdf } from "#platform/documents/pdf/render-pdf";
import { wordsOf } from "#platform/documents/words";
import { parseDecimal } from "#platform/kernel/decimal";
import { parseCurrencyCode } from "#platform/kernel/money";
import {
  hostileTexts,
  money,
  renderFile,
  renderHere,
  sampleParts,
} from "../../support/documents.ts";
import {
  checkPdf,
  pdfFonts,
  pdfPages,
  pdfPrograms,
  pdfText,
  plainSpaces,
  wordsOutside,
  wordsOverOthers,
} from "../../support/pdf-files.ts";
import { describeWith, outputOf } from "../../support/programs.ts";
import { wildParts } from "../../support/wild-document.ts";

const timeZone = "Europe/Istanbul";

describeWith(pdfPrograms, "a PDF, as other programs read it", () => {
  for (const language of documentLanguages) {
    const words = wordsOf(language);

    test(`is whole and readable with hostile texts, in ${language}`, async () => {
      const parts = [...sampleParts({ language, rows: 60, texts: hostileTexts })];
      const { path, fingerprint, rendered } = await renderFile("pdf", parts);
      await checkPdf(path);
      for (const font of await pdfFonts(path))
        expect(font).toMatchObject({ embedded: "yes", subset: "yes", unicode: "yes" });

      const pages = await pdfPages(path);
      expect(pages.length).toBe(rendered.pages ?? 0);
      for (const [index, page] of pages.entries()) {
        expect(wordsOutside(page)).toEqual([]);
        expect(wordsOverOthers(page)).toEqual([]);
        const shown = plainSpaces(page.words.map(({ text }) => text).join(" "));
        expect(shown).toContain(words.page(index + 1, pages.length));
        expect(shown).toContain("01a2043b-44d9-7747-9bb1-fb12a1cb95e4");
        expect(shown).toContain(`${words.fingerprint} ${fingerprint.slice(0, 16)}…`);
      }

      const text = plainSpaces(await pdfText(path, "-raw"));
      expect(text).toContain(`${words.fingerprint} ${fingerprint}`);
      expect(text).toContain("Rates are those of the European Central Bank.");
      const format = createCellFormat(language, timeZone);
      for (const part of parts)
        if (part.part === "totals")
          for (const { label, sums } of part.totals) {
            expect(text).toContain(label);
            for (const { column, value } of sums)
              expect(text).toContain(
                plainSpaces(
                  column === "amount" ? format.cell("money", value) : format.amount(value.amount),
                ),
              );
          }
      expect(text).toContain(plainSpaces(format.cell("instant", "2026-10-01T08:30:00.000Z")));
    });
  }

  test("says what it is about, and is the same bytes every time", async () => {
    const parts = [...sampleParts({ language: "tr-TR", rows: 5 })];
    const [first, second] = [await renderFile("pdf", parts), await renderFile("pdf", parts)];
    expect(readFileSync(first.path).equals(readFileSync(second.path))).toBe(true);
    const info = await outputOf(["pdfinfo", "-isodates", first.path]);
    expect(info).toMatch(/^Title: +Transactions$/m);
    expect(info).toMatch(/^Creator: +FinTrack$/m);
    expect(info).toMatch(/^CreationDate: +2026-10-01T08:30:00Z$/m);
    expect(info).toMatch(/^JavaScript: +no$/m);
    expect(info).toMatch(/^PDF version: +1\.7$/m);
    const objects = await outputOf(["qpdf", "--qdf", "--object-streams=disable", first.path, "-"]);
    expect(objects).toContain("/Lang (tr-TR)");
    expect(objects).not.toMatch(/\/(JavaScript|JS|URI|Annots|AA|OpenAction|EmbeddedFiles)\b/);
  });

  test("repeats a table's head on all of its pages", async () => {
    const parts = sampleParts({ language: "en-US", rows: 300 });
    const { path } = await renderFile("pdf", parts);
    const shown = (await pdfText(path, "-raw")).split("\f").slice(0, -1).map(plainSpaces);
    expect(shown.length).toBeGreaterThan(5);
    for (const text of shown.filter((page) => /\b0\.35\b/.test(page)))
      expect(text).toContain("Date Payee Note Tax Amount Rate");
    for (const text of shown.slice(1, -1)) expect(text).toContain("Transactions (continued)");
  });

  test("shows all of a text that is longer than a page, in its column", async () => {
    const letters = "abcdefghij".repeat(900);
    const parts = sampleParts({ language: "en-US", rows: 3, texts: [letters] });
    const { path } = await renderFile("pdf", parts);
    const pages = await pdfPages(path);
    expect(pages.length).toBeGreaterThan(6);
    const pieces = pages
      .flatMap(({ words }) => words)
      .filter(({ text }) => /^[a-j]{8,}$/.test(text));
    expect(pieces.map(({ text }) => text).join("")).toBe(letters.repeat(3));
    expect(new Set(pieces.map(({ left }) => Math.round(left))).size).toBe(1);
    for (const page of pages) expect(wordsOverOthers(page)).toEqual([]);
  });

  test("names characters that no font has, and shows them as codes", async () => {
    const parts = sampleParts({ language: "de-DE", rows: 20, texts: hostileTexts });
    const { path, rendered } = await renderFile("pdf", parts);
    const missing = ["U+1F468", "U+1F469", "U+1F467", "U+5831", "U+544A", "U+66F8"];
    expect(rendered.missingGlyphs).toEqual(missing);
    const text = plainSpaces(await pdfText(path));
    const words = wordsOf("de-DE");
    expect(text).toContain(words.missingGlyphs(missing.join(", ")));
    expect(text).toContain(words.invisibleCharacters("U+202C, U+202E, U+200D"));
    expect(text).toMatch(/\[U\+5831\] ?\[U\+544A\] ?\[U\+66F8\]/);
    expect(text).toContain("[U+202E]right to left override[U+202C]");
    expect(text).toContain("\u{1F600}");
  });

  test("holds the texts of all scripts that its fonts have", async () => {
    const { path } = await renderFile("pdf", wildParts());
    const text = (await pdfText(path)).normalize("NFKC");
    for (const expected of [
      "Счёт за электричество",
      "فاتورة",
      "الكهرباء",
      "₺ € ₽",
      "ملاحظة",
      "الأسعار",
    ])
      expect(text).toContain(expected);
    for (const page of await pdfPages(path)) {
      expect(wordsOutside(page)).toEqual([]);
      expect(wordsOverOthers(page)).toEqual([]);
    }
  });

  test("reads from right to left where the text does, and figures in it from left to right", async () => {
    const { path } = await renderFile("pdf", wildParts());
    const words = (await pdfPages(path)).flatMap((page) => page.words);
    // poppler names words by what stands from left to right.
    const turned = (text: string) =>
      /[\u0590-\u06ff]/.test(text) ? Array.from(text).reverse().join("") : text;
    const leftOf = (text: string) =>
      words.find((word) => word.text.includes(turned(text)))?.left ?? Number.NaN;
    expect(leftOf("السعر")).toBeGreaterThan(leftOf("1,234.50"));
    expect(leftOf("1,234.50")).toBeGreaterThan(leftOf("شامل"));
    expect(leftOf("מאזן")).toBeGreaterThan(leftOf("עמית"));
  });

  test("is turned only where a table needs the width", async () => {
    const pages = await pdfPages((await renderFile("pdf", wildParts())).path);
    const turns = pages.map(({ width, height }) => (width > height ? "landscape" : "portrait"));
    expect(turns[0]).toBe("portrait");
    expect(turns).toContain("landscape");
    expect(turns.at(-1)).toBe("portrait");
    for (const { width, height } of pages)
      expect([width, height].map(Math.round).sort((a, b) => a - b)).toEqual([595, 842]);
  });

  for (const rows of [3, 30])
    test(`leaves no heading alone above a table of ${rows} rows, nor divides a small table`, async () => {
      const pagesOfHeadings = new Set<number>();
      for (let lines = 40; lines < 58; lines += 1) {
        const { path } = await renderHere(renderPdf, "pdf", headingAfter(lines, rows));
        const pages = (await pdfPages(path)).map(({ words }) => words.map(({ text }) => text));
        const page = pages.findIndex((texts) => texts.includes("Heading"));
        for (const text of ["TableTitle", "ColumnTitle", "cell1"])
          expect(pages[page]).toContain(text);
        if (rows === 3) expect(pages[page]).toContain("cell3");
        pagesOfHeadings.add(page);
      }
      // Both happened: it still fitted, and it was moved.
      expect([...pagesOfHeadings]).toEqual([0, 1]);
    });

  test("ends whatever the length of its texts, with nothing over something else", async () => {
    const { path } = await renderHere(renderPdf, "pdf", endlessTexts());
    await checkPdf(path);
    const pages = await pdfPages(path);
    for (const page of pages) {
      expect(wordsOutside(page)).toEqual([]);
      expect(wordsOverOthers(page)).toEqual([]);
      expect(page.words.map(({ text }) => text).join(" ")).toContain(`/ ${pages.length}`);
    }
  });

  test("breaks figures of a table that is wider than any page, and refuses what has no room at all", async () => {
    const { path } = await renderHere(renderPdf, "pdf", wideTable(40));
    for (const page of await pdfPages(path)) {
      expect(wordsOutside(page)).toEqual([]);
      expect(wordsOverOthers(page)).toEqual([]);
    }
    const text = (await pdfText(path, "-raw")).replace(/\s/g, "");
    expect(text.split("-1,234,567.89EUR").length - 1).toBe(120);
    await expect(renderHere(renderPdf, "pdf", wideTable(41))).rejects.toThrow("41 columns");
  });

  test("leaves no totals alone on a page", async () => {
    const pagesOfTotals = new Set<number>();
    for (let rows = 46; rows < 58; rows += 1) {
      const parts = sampleParts({ language: "en-US", rows });
      const { path } = await renderHere(renderPdf, "pdf", parts);
      const pages = (await pdfText(path, "-raw")).split("\f").map(plainSpaces);
      const page = pages.findIndex((text) => text.includes("Total EUR"));
      expect(pages[page]).toMatch(/2026 (Kira|Rewe|Grocery)/);
      expect(pages[page]).toContain("Total BTC");
      pagesOfTotals.add(page);
    }
    expect([...pagesOfTotals]).toEqual([1, 2]);
  });
});

/** Every place for a text has one that is longer than its page. */
function* endlessTexts(): Generator<DocumentPart> {
  const text = "word ".repeat(1_500);
  const euro = parseCurrencyCode("EUR");
  const [head] = sampleParts({ language: "tr-TR", rows: 0 });
  if (head?.part !== "document") return;
  const facts = [{ id: "fact", label: text, kind: "text" as const, value: text }];
  yield { part: "document", head: { ...head.head, id: text, title: text, subtitle: text, facts } };
  yield { part: "heading", text };
  yield { part: "paragraph", text };
  yield { part: "facts", facts };
  const values = Array.from({ length: 90 }, (_, at) => parseDecimal(`${at}`));
  const labels = values.map(() => text);
  for (const kind of ["bars", "line"] as const)
    yield {
      part: "chart",
      chart: {
        ...{ id: "chart", title: text, kind, currency: euro, labels },
        series: [text, text].map((title) => ({ title, values })),
      },
    };
  const columns = ["a", "b", "c"].map(
    (id): Column => ({ id, title: text, kind: id === "c" ? "money" : "text", width: 1 }),
  );
  yield { part: "table", table: { id: "table", title: text, columns } };
  for (let row = 0; row < 3; row++)
    yield { part: "row", cells: [text, text, money("1.00", "EUR")] };
  const sums = [{ column: "c", value: money("3.00", "EUR") }];
  yield { part: "totals", totals: [{ label: text, sums }] };
  yield { part: "notes", notes: [text] };
}

/** A table as wide as can be. */
function* wideTable(count: number): Generator<DocumentPart> {
  const [head] = sampleParts({ language: "en-US", rows: 0 });
  if (head) yield head;
  const columns = Array.from(
    { length: count },
    (_, at): Column => ({ id: `c${at}`, title: `Month ${at}`, kind: "money", width: 1 }),
  );
  yield { part: "table", table: { id: "wide", title: "Wide", columns } };
  for (let row = 0; row < 3; row++)
    yield { part: "row", cells: columns.map(() => money("-1234567.89", "EUR")) };
  yield { part: "totals", totals: [] };
}

/** A heading, a table of so many rows below it, and so many lines above. */
function* headingAfter(lines: number, rows: number): Generator<DocumentPart> {
  const [head] = sampleParts({ language: "en-US", rows: 0 });
  if (head) yield head;
  yield { part: "paragraph", text: Array.from({ length: lines }, () => "line").join("\n") };
  yield { part: "heading", text: "Heading" };
  const column = { id: "a", title: "ColumnTitle", kind: "text", width: 1 } as const;
  yield { part: "table", table: { id: "t", title: "TableTitle", columns: [column] } };
  for (let row = 1; row <= rows; row++) yield { part: "row", cells: [`cell${row}`] };
  yield { part: "totals", totals: [] };
}
