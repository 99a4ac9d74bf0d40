import type { DocumentPart } from "../model.ts";
import type { Render } from "../rendering.ts";
import { createOverviewSheet } from "./overview-sheet.ts";
import { openTableSheet, type TableSheet } from "./table-sheet.ts";
import { openXlsxFile, type XlsxFile } from "./xlsx-file.ts";

/** Rows between two looks at how far the file is. */
const rowsPerWait = 50;

/**
 * An Excel workbook (ECMA-376, Office Open XML): an overview, then a sheet for each table. Numbers are numbers and days are
 * days, sums are formulas that hold the model's values; charts are left out, since their figures stand in tables.
 */
export const renderXlsx: Render = async ({ parts, fingerprint, out }) => {
  let document: SheetsOfDocument | null = null;
  let rows = 0;
  for await (const part of parts) {
    if (part.part === "document") document = sheetsOf(openXlsxFile(out, part.head, fingerprint));
    if (!document) throw new TypeError("a document begins with its head");
    document.add(part);
    if (part.part !== "row" || ++rows % rowsPerWait === 0) await document.keepPace();
  }
  await document?.finish();
  return { pages: null, missingGlyphs: [] };
};

type SheetsOfDocument = {
  add(part: DocumentPart): void;
  keepPace(): Promise<void>;
  finish(): Promise<void>;
};

function sheetsOf(file: XlsxFile): SheetsOfDocument {
  const overview = createOverviewSheet(file);
  let table: TableSheet | null = null;
  return {
    keepPace: file.workbook.keepPace,
    add(part) {
      switch (part.part) {
        case "translation":
          return overview.heading(part.title);
        case "heading":
          return overview.heading(part.text);
        case "paragraph":
          return overview.paragraph(part.text);
        case "facts":
          return overview.facts(part.facts);
        case "table":
          table = openTableSheet(file, part.table);
          return;
        case "row":
          return table?.row(part.cells);
        case "totals":
          if (!table) return;
          table.end(part.totals);
          overview.table(table);
          table = null;
          return;
        case "notes":
          return overview.notes(part.notes);
      }
    },
    finish() {
      overview.end();
      return file.workbook.finish();
    },
  };
}
