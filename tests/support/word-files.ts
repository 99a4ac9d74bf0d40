import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { outputOf } from "./programs.ts";

export type WordCell = { readonly text: string; readonly span: number; readonly alignment: string };
export type WordTable = {
  readonly rows: readonly { readonly header: boolean; readonly cells: readonly WordCell[] }[];
  /** Twips. */
  readonly widths: readonly number[];
};
export type WordParagraph = { readonly style: string; readonly text: string };

/** A Word file as python-docx reads it. */
export type WordFile = {
  readonly title: string;
  readonly subject: string;
  readonly author: string;
  readonly identifier: string;
  readonly language: string;
  readonly created: string;
  readonly modified: string;
  readonly millimetres: readonly [number, number];
  /** Twips. */
  readonly textWidth: number;
  readonly blocks: readonly (WordParagraph | WordTable)[];
  readonly footer: readonly string[];
  /** Instructions of the footer's fields. */
  readonly fields: readonly string[];
  /** SHA-256 of what is in the package. */
  readonly parts: Readonly<Record<string, string>>;
};

/** Debian's own, for which python3-docx is. */
export const python = "/usr/bin/python3";

export async function readWordFiles(paths: readonly string[]): Promise<readonly WordFile[]> {
  return JSON.parse(await outputOf([python, join(import.meta.dir, "read-docx.py"), ...paths]));
}

/** The text of each page of each file, laid out by one run of LibreOffice; throws when it cannot open one. */
export async function pagesByLibreOffice(paths: readonly string[]): Promise<readonly string[][]> {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-libreoffice-"));
  try {
    await outputOf([
      ...["soffice", "--headless", `-env:UserInstallation=file://${directory}/profile`],
      ...["--convert-to", "pdf", "--outdir", directory, ...paths],
    ]);
    const files = paths.map((path) => join(directory, basename(path).replace(/\.[^.]+$/, ".pdf")));
    return await Promise.all(
      files.map(async (file) => {
        const text = await outputOf(["pdftotext", "-layout", file, "-"]);
        // Each page ends with a form feed.
        return text.split("\f").slice(0, -1);
      }),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
