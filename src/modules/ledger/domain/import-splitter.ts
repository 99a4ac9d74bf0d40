import { maxHeaderRows, maxImportColumns, maxImportRows } from "../bounds.ts";
import { ImportFileError } from "./import-file-error.ts";
import {
  type CsvRow,
  type CsvShape,
  maxCellCharacters,
  maxRowCharacters,
} from "./import-format.ts";

export type RowSplitter = {
  /** Rows that end in this piece of text. */
  push(text: string): CsvRow[];
  /** The last row, when no line break ends it. */
  end(): CsvRow[];
};

const code = (character: string) => character.charCodeAt(0);
const carriageReturn = code("\r");
const lineFeed = code("\n");
const space = code(" ");

/** Where in a cell the splitter is: before it, in plain or quoted text, right behind a quote that closes it or is one of two, after it. */
type Place = "start" | "plain" | "quoted" | "behind_quote" | "closed";

/**
 * Cuts text into rows as RFC 4180 does, with any of the separators and quotes, and any line break. Memory is bounded
 * by one row: what is too long is dropped up to the end of its line, and the row is faulty. A quote that is open for
 * longer than a row may be is an {@link ImportFileError}, since where the next row begins is anybody's guess.
 */
export function createRowSplitter(shape: Pick<CsvShape, "separator" | "quote">): RowSplitter {
  const separator = code(shape.separator);
  const quote = code(shape.quote);
  let place: Place = "start";
  let cells: string[] = [];
  let cell = "";
  let fault: string | null = null;
  let rowCharacters = 0;
  let line = 1;
  let firstLine = 1;
  let quoteLine = 1;
  let number = 0;
  let afterReturn = false;
  let rows: CsvRow[] = [];

  function append(text: string, from: number, to: number): void {
    if (to <= from) return;
    rowCharacters += to - from;
    if (rowCharacters > maxRowCharacters) {
      if (place === "quoted")
        throw new ImportFileError(
          `The quotation mark opened in line ${quoteLine} is not closed within ${maxRowCharacters} characters.`,
        );
      fault ??= `The row is longer than ${maxRowCharacters} characters.`;
      return;
    }
    if (cell.length + to - from > maxCellCharacters) {
      fault ??= `A cell is longer than ${maxCellCharacters} characters.`;
      cell += text.slice(from, from + maxCellCharacters - cell.length);
      return;
    }
    cell += text.slice(from, to);
  }

  function endCell(): void {
    if (cells.length < maxImportColumns) cells.push(cleanCell(cell));
    else if (cell.trim() !== "") fault ??= `The row has more than ${maxImportColumns} cells.`;
    if (cell.includes("\0")) fault ??= "The row has a NUL character, which no text has.";
    cell = "";
    place = "start";
  }

  function endRow(): void {
    endCell();
    if (fault !== null || cells.some((text) => text !== "")) {
      number += 1;
      if (number > maxImportRows + maxHeaderRows)
        throw new ImportFileError(`The file has more than ${maxImportRows} rows: split it.`);
      rows.push({ number, line: firstLine, cells, fault });
    }
    cells = [];
    fault = null;
    rowCharacters = 0;
  }

  function push(text: string): CsvRow[] {
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = text.charCodeAt(at);
      if (place === "quoted") {
        if (character === quote) {
          append(text, from, at);
          place = "behind_quote";
          from = at + 1;
        } else if (character === lineFeed) line += 1;
        continue;
      }
      if (character === quote) {
        afterReturn = false;
        if (place === "behind_quote") {
          // Two of them are one.
          place = "quoted";
          from = at;
        } else if (place === "closed") fault ??= "Text follows a closing quotation mark.";
        else if (place === "start") {
          cell = "";
          place = "quoted";
          quoteLine = line;
          from = at + 1;
        }
        // Elsewhere it is a character like any other: 5" disk.
        continue;
      }
      if (character === separator || character === lineFeed || character === carriageReturn) {
        if (character === lineFeed && afterReturn) {
          afterReturn = false;
          from = at + 1;
          continue;
        }
        append(text, from, at);
        from = at + 1;
        if (character === separator) endCell();
        else {
          endRow();
          line += 1;
          firstLine = line;
        }
        afterReturn = character === carriageReturn;
        continue;
      }
      afterReturn = false;
      const blank = character === space;
      if (place === "behind_quote" || place === "closed") {
        place = "closed";
        if (!blank) fault ??= "Text follows a closing quotation mark.";
      } else if (place === "start" && !blank) place = "plain";
    }
    append(text, from, text.length);
    const done = rows;
    rows = [];
    return done;
  }

  function end(): CsvRow[] {
    if (place === "quoted")
      fault ??= `The quotation mark opened in line ${quoteLine} is not closed by the end of the file, line ${line}.`;
    if (cell !== "" || cells.length > 0 || fault !== null) endRow();
    const done = rows;
    rows = [];
    return done;
  }

  return { push, end };
}

/** Without blanks around it, and out of the ="…" by which spreadsheets are kept from changing numbers. */
function cleanCell(cell: string): string {
  const text = cell.includes("\0") ? cell.replaceAll("\0", "\uFFFD").trim() : cell.trim();
  return text.length > 3 && text.startsWith('="') && text.endsWith('"') ? text.slice(2, -1) : text;
}
