import { expect, test } from "bun:test";
import fc from "fast-check";
import { columnText } from "#platform/documents/column-text";
import { createCellFormat } from "#platform/documents/formatting";
import type { Chart, Column, DocumentPart } from "#platform/documents/model";
import { renderPdf } from "#platform/documents/pdf/render-pdf";
import { parseCurrencyCode } from "#platform/kernel/money";
import { anyText, decimalText, documentParts } from "../../support/document-arbitraries.ts";
import { renderHere } from "../../support/documents.ts";
import {
  checkPdf,
  pdfPages,
  pdfPrograms,
  pdfText,
  wordsOutside,
  wordsOverOthers,
} from "../../support/pdf-files.ts";
import { describeWith } from "../../support/programs.ts";

const chart: fc.Arbitrary<Chart> = fc
  .record({
    title: anyText,
    kind: fc.constantFrom("bars" as const, "line" as const),
    labels: fc.array(anyText, { maxLength: 70 }),
    series: fc.array(
      fc.record({
        title: anyText,
        values: fc.array(fc.option(decimalText), { minLength: 70, maxLength: 70 }),
      }),
      { maxLength: 14 },
    ),
  })
  .map(({ labels, series, ...rest }) => ({
    ...{ ...rest, id: "chart", labels, currency: parseCurrencyCode("EUR") },
    series: series.map(({ title, values }) => ({ title, values: values.slice(0, labels.length) })),
  }));

/** Every row of a document so many times, and charts at its end. */
const longParts = fc
  .tuple(documentParts, fc.nat(12), fc.array(chart, { maxLength: 2 }))
  .map(([parts, times, charts]): DocumentPart[] => [
    ...parts.flatMap((part) => (part.part === "row" ? Array(times).fill(part) : [part])),
    ...charts.map((one): DocumentPart => ({ part: "chart", chart: one })),
  ]);

const withoutSpaces = (text: string): string => text.replace(/\s/gu, "");

describeWith(pdfPrograms, "a PDF of any document", () => {
  test("is valid, holds every amount, and draws nothing outside its pages or over something else", async () => {
    await fc.assert(
      fc.asyncProperty(longParts, async (parts) => {
        const { path } = await renderHere(renderPdf, "pdf", parts);
        await checkPdf(path);
        for (const page of await pdfPages(path)) {
          expect(wordsOutside(page)).toEqual([]);
          // A mark stands over its letter, and poppler takes it for a word at times.
          const words = page.words.filter((word) => !/\p{M}/u.test(word.text));
          expect(wordsOverOthers({ ...page, words })).toEqual([]);
        }
        // In the order of drawing, cell by cell: also where a cell has several lines.
        const text = withoutSpaces(await pdfText(path, "-raw"));
        for (const amount of amountsOf(parts)) expect(text).toContain(withoutSpaces(amount));
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

/** As they must be written. */
function amountsOf(parts: readonly DocumentPart[]): string[] {
  const [first] = parts;
  if (first?.part !== "document") return [];
  const format = createCellFormat(first.head.language, first.head.timeZone);
  let columns: readonly Column[] = [];
  return parts.flatMap((part) => {
    if (part.part === "table") columns = part.table.columns;
    if (part.part === "totals")
      return part.totals.flatMap(({ sums }) =>
        sums.map(({ value }) => format.amount(value.amount)),
      );
    if (part.part !== "row") return [];
    return columns.flatMap((column, at) =>
      column.kind === "money" ? [columnText(column, part.cells[at] ?? null, format)] : [],
    );
  });
}
