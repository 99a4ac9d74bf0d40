import type { Style } from "exceljs";
import type { DocumentLanguage } from "../model.ts";
import { type CellStyles, createCellStyles, type Look } from "./cell-styles.ts";
import { createNumberFormats } from "./number-formats.ts";

/** ARGB, as in the other formats: text is dark enough for paper (WCAG 2.2, 1.4.3). */
const colours = { faint: "FF595959", link: "FF0B57A4", head: "FFE8EDF3", line: "FF8A97A6" };

/** Said in full: a font without a name is whatever a program takes for it. */
const font = { name: "Calibri", family: 2, size: 11 } as const;
const line = { style: "thin", color: { argb: colours.line } } as const;
const top = { vertical: "top", wrapText: true } as const;
/** Not too near the amounts, which end where codes begin. */
const indent = { horizontal: "left", indent: 1 } as const;
const total = {
  font: { ...font, bold: true },
  border: { top: line },
  vertical: "top",
  wrapText: false,
} as const;
const header = {
  font: { ...font, bold: true },
  fill: { type: "pattern", pattern: "solid", fgColor: { argb: colours.head } },
  border: { bottom: line },
  vertical: "middle",
  wrapText: true,
} as const;

const looks = {
  header,
  numericHeader: { ...header, horizontal: "right" },
  codeHeader: { ...header, ...indent },
  row: top,
  code: { ...top, ...indent },
  total,
  totalCode: { ...total, ...indent },
  title: { font: { ...font, bold: true, size: 18 }, vertical: "middle", wrapText: false },
  subtitle: {
    font: { ...font, size: 13, color: { argb: colours.faint } },
    vertical: "top",
    wrapText: false,
  },
  heading: { font: { ...font, bold: true, size: 13 }, vertical: "bottom", wrapText: false },
  label: { ...top, font: { ...font, color: { argb: colours.faint } } },
  value: { ...top, horizontal: "left" },
  link: { ...top, font: { ...font, color: { argb: colours.link }, underline: true } },
} as const satisfies Record<string, Look>;

export type Looks = Readonly<Record<keyof typeof looks, CellStyles>>;

/** All that the cells of one file look like. */
export function createLooks(
  language: DocumentLanguage,
  styleId: (style: Partial<Style>) => number,
): Looks {
  const formats = createNumberFormats(language);
  return Object.fromEntries(
    Object.entries(looks).map(([name, look]) => [name, createCellStyles(styleId, formats, look)]),
  ) as Looks;
}
