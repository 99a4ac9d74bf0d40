import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderPdf } from "#platform/documents/pdf/render-pdf";
import { hostileTexts, renderHere, sampleParts } from "./documents.ts";
import { outputOf } from "./programs.ts";
import { wildParts } from "./wild-document.ts";

/** So coarse that a line of text is a few dots: what moves shows, how a letter is smoothed does not. */
const dotsPerInch = "14";

/** Grey values of a page, row by row, 0 is black: a PGM file (netpbm, "P5"). */
export type PageLook = {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
};

/** Documents whose pages somebody has looked at. */
export const lookedAt = {
  "sample-en": () => sampleParts({ language: "en-US", rows: 60 }),
  "hostile-de": () => sampleParts({ language: "de-DE", rows: 17, texts: hostileTexts }),
  "wild-tr": wildParts,
} as const;
export type LookedAt = keyof typeof lookedAt;

export const keptPages = join(import.meta.dir, "../fixtures/documents/pages");

/** PGM files of the pages as they are now. */
export async function pagesNow(name: LookedAt): Promise<Buffer[]> {
  const { path } = await renderHere(renderPdf, "pdf", lookedAt[name]());
  const directory = mkdtempSync(join(tmpdir(), "fintrack-pages-"));
  try {
    await outputOf(["pdftoppm", "-gray", "-r", dotsPerInch, path, join(directory, "page")]);
    return readdirSync(directory)
      .sort()
      .map((file) => readFileSync(join(directory, file)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export const keptFile = (name: LookedAt, page: number): string =>
  join(keptPages, `${name}-${page}.pgm`);

export function parsePgm(file: Buffer): PageLook {
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(file.subarray(0, 30).toString("latin1"));
  if (!head) throw new Error("not a PGM file");
  const [width, height] = [Number(head[1]), Number(head[2])];
  return { width, height, grey: file.subarray(head[0].length) };
}

/** Of all dots, those that are clearly lighter or darker than they were. */
export function changedShare(now: PageLook, kept: PageLook): number {
  if (now.width !== kept.width || now.height !== kept.height) return 1;
  const clearly = 48;
  const changed = now.grey.filter((value, at) => Math.abs(value - (kept.grey[at] ?? 0)) > clearly);
  return changed.length / now.grey.length;
}
