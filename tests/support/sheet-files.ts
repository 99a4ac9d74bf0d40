import { mkdtempSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { outputOf } from "./programs.ts";
import { python } from "./word-files.ts";

export type SheetCell = {
  /** As openpyxl has it: n = number, s = text, d = date. */
  readonly type: string;
  readonly value: string | number | null;
  readonly formula: string | null;
  readonly format: string;
  readonly alignment: string | null;
};

export type Sheet = {
  readonly name: string;
  readonly cells: Readonly<Record<string, SheetCell>>;
  readonly frozen: string | null;
  readonly filter: string | null;
  readonly repeated: string | null;
  readonly paper: number;
  readonly orientation: string;
  readonly pagesWide: number;
  readonly pagesHigh: number;
  readonly footer: readonly string[];
  /** From the cell to the place in the file. */
  readonly links: Readonly<Record<string, string>>;
};

export type SheetFile = {
  readonly sheets: readonly Sheet[];
  readonly title: string;
  readonly creator: string;
  readonly created: string;
  readonly modified: string;
  /** The different times of the zip's entries: year, month, day, hour, minute, second. */
  readonly entries: readonly (readonly number[])[];
};

const here = (file: string) => join(import.meta.dir, file);

/** Excel files as openpyxl reads them. */
export async function readSheetFiles(paths: readonly string[]): Promise<readonly SheetFile[]> {
  return JSON.parse(await outputOf([python, here("read-xlsx.py"), ...paths]));
}

/** The same after one run of LibreOffice, which has calculated every formula itself: it got the files without results. */
export async function recalculated(paths: readonly string[]): Promise<readonly SheetFile[]> {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-libreoffice-"));
  try {
    const bare = paths.map((path) => join(directory, basename(path)));
    const pairs = paths.flatMap((path, index) => [path, bare[index] ?? ""]);
    await outputOf([python, here("strip-results.py"), ...pairs]);
    const outputs = join(directory, "calculated");
    await mkdir(outputs);
    await outputOf([
      ...["soffice", "--headless", `-env:UserInstallation=file://${directory}/profile`],
      ...["--convert-to", "xlsx", "--outdir", outputs, ...bare],
    ]);
    return await readSheetFiles(bare.map((path) => join(outputs, basename(path))));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The lines of CSV files as Python's csv module reads them. */
export async function readCsvFiles(
  separator: string,
  paths: readonly string[],
): Promise<readonly (readonly (readonly string[])[])[]> {
  return JSON.parse(await outputOf([python, here("read-csv.py"), separator, ...paths]));
}
