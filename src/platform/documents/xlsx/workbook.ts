import type { Writable } from "node:stream";
import ExcelJS from "exceljs";

/** XML that may wait for the zip before the next row is made. */
const maxWaitingBytes = 1024 * 1024;
/** A sheet is handed to the zip in pieces of this size. */
const pieceBytes = 64 * 1024;

export type Workbook = {
  addSheet(name: string, options: Partial<ExcelJS.AddWorksheetOptions>): ExcelJS.Worksheet;
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
 * The streaming writer of exceljs 4.4.0. It has no means for five things that are needed of it, which are done below through
 * what it keeps to itself: another version may do none of them, and the tests of its bytes and its order would fail.
 */
export function openWorkbook(
  out: Writable,
  { title, creator, createdAt: created }: WorkbookProperties,
): Workbook {
  const options = { stream: out, useStyles: true, useSharedStrings: false };
  const writer = new ExcelJS.stream.xlsx.WorkbookWriter(options) as Writer;
  Object.assign(writer, { title, creator, lastModifiedBy: creator, created, modified: created });

  // 1. It waits for `out` to finish and not for it to fail.
  const failed = new Promise<never>((_, reject) => {
    out.once("error", reject);
    out.once("close", () => {
      if (!out.writableFinished) reject(out.errored ?? new Error("the file was closed early"));
    });
  });
  failed.catch(() => {});

  // 2. Entries of the zip are dated now.
  const { _module: zip } = writer.zip;
  const append = zip.append.bind(zip);
  zip.append = (source, entry, done) => append(source, { ...entry, date: created }, done);

  const waiting: Promise<void>[] = [];
  return {
    addSheet(name, sheetOptions) {
      const sheet = writer.addWorksheet(name, sheetOptions) as Sheet;
      // 3. Each formula is kept until the end, for formulas that would share its text.
      Object.defineProperty(sheet, "_formulae", { get: () => ({}) });
      // 4. Whether the zip has taken a piece is forgotten.
      const { stream } = sheet;
      const pipe = stream._pipe.bind(stream);
      stream._pipe = (piece) => {
        const taken = pipe(piece);
        waiting.push(taken);
        return taken;
      };
      return sheet;
    },
    async keepPace() {
      while (waiting.length * pieceBytes > maxWaitingBytes)
        await Promise.race([waiting.shift(), failed]);
    },
    async finish() {
      // 5. Sheets stand in the order in which they are begun, and one must end before the next is written.
      const sheets = writer._worksheets.filter((sheet) => sheet !== undefined);
      const last = sheets.pop();
      writer._worksheets = last ? [last, ...sheets] : sheets;
      await Promise.race([writer.commit(), failed]);
    },
  };
}

type Writer = ExcelJS.stream.xlsx.WorkbookWriter & {
  _worksheets: (ExcelJS.Worksheet | undefined)[];
  readonly zip: {
    readonly _module: { append(source: unknown, entry: object, done: unknown): void };
  };
};

type Sheet = ExcelJS.Worksheet & {
  readonly stream: { _pipe(piece: unknown): Promise<void> };
};

/** A link to another sheet: exceljs' own are addresses of the web, which Excel asks about before it opens them. */
export function linkToSheet(from: ExcelJS.Worksheet, address: string, sheetName: string): void {
  const { _sheetRelsWriter: relations } = from as ExcelJS.Worksheet & {
    _sheetRelsWriter: { _hyperlinks: { address: string; target: string }[] };
  };
  relations._hyperlinks.push({ address, target: `'${sheetName}'!A1` });
}
