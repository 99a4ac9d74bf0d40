import type { Writable } from "node:stream";
import ExcelJS from "exceljs";
import { openSheet, type Sheet, type SheetOptions, type StreamedSheet } from "./sheet.ts";

/** XML that may wait for the zip before the next row is made. */
const maxWaitingBytes = 1024 * 1024;
/** exceljs hands a sheet to the zip in pieces of this size. */
const pieceBytes = 64 * 1024;

export type Workbook = {
  addSheet(name: string, options: SheetOptions): Sheet;
  /** The number by which cells name a style. */
  styleId(style: Partial<ExcelJS.Style>): number;
  /** Waits while the file is behind the rows. Rejects once nobody takes the bytes any more. */
  keepPace(): Promise<void>;
  /** The sheet that was added last becomes the first one. Ends `out`. */
  finish(): Promise<void>;
};

export type WorkbookProperties = {
  readonly title: string;
  readonly creator: string;
  /** Also that of every entry of the zip: the same document is always the same bytes. */
  readonly createdAt: Date;
};

/**
 * The streaming writer of exceljs 4.4.0: it makes the package, the styles and all of a sheet but its rows. What it has no
 * means for is done here and in sheet.ts through what it keeps to itself; another version may do none of that, and the
 * tests of its bytes, its order and its pace would fail.
 */
export function openWorkbook(
  out: Writable,
  { title, creator, createdAt: created }: WorkbookProperties,
): Workbook {
  const options = { stream: out, useStyles: true, useSharedStrings: false };
  const writer = new ExcelJS.stream.xlsx.WorkbookWriter(options) as Writer;
  Object.assign(writer, { title, creator, lastModifiedBy: creator, created, modified: created });

  // It waits for `out` to finish and not for it to fail.
  const failed = new Promise<never>((_, reject) => {
    out.once("error", reject);
    out.once("close", () => {
      if (!out.writableFinished) reject(out.errored ?? new Error("the file was closed early"));
    });
  });
  failed.catch(() => {});

  // Entries of the zip would be dated now.
  const { _module: zip } = writer.zip;
  const append = zip.append.bind(zip);
  zip.append = (source, entry, done) => append(source, { ...entry, date: created }, done);

  const waiting: Promise<void>[] = [];
  return {
    addSheet: (name, sheetOptions) =>
      openSheet(
        writer.addWorksheet(name, sheetOptions) as StreamedSheet,
        (piece) => void waiting.push(piece),
      ),
    styleId: (style) => writer.styles.addStyleModel(style),
    async keepPace() {
      while (waiting.length * pieceBytes > maxWaitingBytes)
        await Promise.race([waiting.shift(), failed]);
    },
    async finish() {
      // Sheets stand in the order in which they are begun, and one must end before the next is written.
      const sheets = writer._worksheets.filter((sheet) => sheet !== undefined);
      const last = sheets.pop();
      writer._worksheets = last ? [last, ...sheets] : sheets;
      await Promise.race([writer.commit(), failed]);
    },
  };
}

type Writer = ExcelJS.stream.xlsx.WorkbookWriter & {
  _worksheets: (ExcelJS.Worksheet | undefined)[];
  readonly styles: { addStyleModel(style: Partial<ExcelJS.Style>): number };
  readonly zip: {
    readonly _module: { append(source: unknown, entry: object, done: unknown): void };
  };
};
