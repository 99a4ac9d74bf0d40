import type { DocumentPart } from "../model.ts";
import type { Render } from "../rendering.ts";
import { writeText } from "../text-file.ts";
import { type CsvDocument, createCsvDocument } from "./csv-document.ts";

/**
 * CSV for programs (RFC 4180, UTF-8), with the separator, the decimal mark and the byte order mark that spreadsheets of the
 * document's language expect, and formulas kept as text: all as in the export of a book (kernel/csv.ts).
 *
 * The first line is the header row of the first table, and its rows follow, so that a program reads the file as it is.
 * Each further table comes after an empty line and a line with its title. Then, each after an empty line: the totals of all
 * tables, a line each (table, label, column, amount, currency); the facts (label, value; of an amount a third cell with the
 * currency), which end with when the document was made, its id and its fingerprint; the texts; the notes. Charts are left
 * out, since their figures stand in tables.
 *
 * An amount takes two columns, itself without separators of thousands and the code of its currency. Days are ISO 8601 in
 * every language: accounting programs and spreadsheets import "2026-09-30" wherever they are from, whereas 09/10 is two
 * days. Instants are ISO 8601 with the offset that the document's zone had. A percent is its number: "19".
 */
export const renderCsv: Render = async ({ parts, fingerprint, out }) => {
  await writeText(out, csvOf(parts, fingerprint));
  return { pages: null, missingGlyphs: [] };
};

async function* csvOf(
  parts: AsyncIterable<DocumentPart>,
  fingerprint: string,
): AsyncGenerator<string> {
  let document: CsvDocument | null = null;
  for await (const part of parts) {
    if (part.part === "document") {
      document = createCsvDocument(part.head, fingerprint);
      yield document.start();
    } else if (document) yield document.add(part);
  }
  if (!document) throw new TypeError("a document begins with its head");
  yield document.end();
}
