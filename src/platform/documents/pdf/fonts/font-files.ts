import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { create, type Font } from "@pdf-lib/fontkit";

const { resolve } = createRequire(import.meta.url);

/**
 * DejaVu Condensed: Latin, Cyrillic, Greek and Arabic in one design, with figures of one width. The other faces are only
 * there for characters that these two lack.
 */
export const fontFiles = [
  "DejaVuSansCondensed",
  "DejaVuSansCondensed-Bold",
  "DejaVuSerifCondensed",
  "DejaVuSansMono",
  "DejaVuMathTeXGyre",
] as const;
export type FontFile = (typeof fontFiles)[number];

export const readFont = (file: FontFile): Font =>
  create(readFileSync(resolve(`dejavu-fonts-ttf/ttf/${file}.ttf`)));
