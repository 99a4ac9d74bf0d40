import type { AddWorksheetOptions, Worksheet } from "exceljs";
import { rowXml, type SheetRow } from "./sheet-row.ts";

/** Rows are handed on in pieces of about this size. */
const pieceChars = 32 * 1024;

/** A sheet that is being written. */
export type Sheet = {
  /** Of its columns; before the first row. */
  setWidths(widths: readonly number[]): void;
  setOrientation(orientation: "landscape" | "portrait"): void;
  /** In the order of their numbers. */
  write(row: SheetRow): void;
  /** From the cell at `address` to the beginning of another sheet. */
  link(address: string, sheetName: string): void;
  /** `range`, as "A1:F20", can be filtered by its first row. */
  filter(range: string): void;
  end(): void;
};

export type SheetOptions = Pick<AddWorksheetOptions, "views" | "pageSetup" | "headerFooter">;

/** What exceljs does not offer, but has. */
export type StreamedSheet = Worksheet & {
  readonly stream: { write(xml: string): void; _pipe(piece: unknown): Promise<void> };
  readonly _sheetRelsWriter: { readonly _hyperlinks: { address: string; target: string }[] };
};

/** `taken`: is told of each piece of the sheet, as a promise that the zip takes it. */
export function openSheet(sheet: StreamedSheet, taken: (piece: Promise<void>) => void): Sheet {
  const { stream, _sheetRelsWriter: relations } = sheet;
  const pipe = stream._pipe.bind(stream);
  stream._pipe = (piece) => {
    const done = pipe(piece);
    taken(done);
    return done;
  };
  let pending = "";
  let begun = false;

  function flush() {
    // An empty row makes exceljs write what stands before the rows.
    if (!begun) sheet.getRow(1).commit();
    begun = true;
    stream.write(pending);
    pending = "";
  }

  return {
    setWidths(widths) {
      widths.forEach((width, index) => {
        sheet.getColumn(index + 1).width = width;
      });
    },
    setOrientation(orientation) {
      sheet.pageSetup.orientation = orientation;
    },
    write(row) {
      pending += rowXml(row);
      if (pending.length >= pieceChars) flush();
    },
    // exceljs' own links are addresses of the web, which Excel asks about before it opens them.
    link: (address, sheetName) =>
      void relations._hyperlinks.push({ address, target: `'${sheetName}'!A1` }),
    filter(range) {
      sheet.autoFilter = range;
    },
    end() {
      flush();
      sheet.commit();
    },
  };
}
