import type { Column } from "../../model.ts";
import { contentWidthPt, type Orientation } from "../page/pages.ts";
import type { FilledTable } from "../read-document.ts";
import type { TextStyle, Typesetter } from "../text/typesetter.ts";
import { isUnbroken, type TableTexts } from "./table-texts.ts";

export type ColumnPlan = {
  readonly orientation: Orientation;
  readonly sizePt: number;
  /** With the room at both sides of the text; their sum is the page's. */
  readonly widthsPt: readonly number[];
};

/** At each side of a cell's text. */
export const cellPaddingPt = 3.5;

/**
 * What is tried until no figure needs to be broken: page, size, and the least width of columns of text, as a share of the
 * size; wider words may be broken.
 */
const tries: readonly (readonly [Orientation, number, number])[] = [
  ["portrait", 8, 11],
  ["landscape", 8, 11],
  ["landscape", 7, 11],
  ["landscape", 6, 11],
  ["landscape", 6, 7],
  ["landscape", 5, 7],
];
/** Of the font size: the widest character of the fonts. */
const widestCharacter = 2;
/** So many columns have room for a character each on a page. */
export const maxColumns = 40;

/** For a page of any orientation, or of the given one. Throws on more columns than there is any room for. */
export function planColumns(
  table: FilledTable,
  texts: TableTexts,
  type: Typesetter,
  given?: Orientation,
): ColumnPlan {
  if (table.columns.length > maxColumns)
    throw new Error(`a page has no room for ${table.columns.length} columns`);
  for (const [orientation, sizePt, textWidth] of tries) {
    if (given && given !== orientation) continue;
    const width = contentWidthPt(orientation);
    const least = leastWidths(table, texts, type, sizePt, textWidth);
    if (sum(least) <= width)
      return { orientation, sizePt, widthsPt: sharedWidths(table, least, width) };
  }
  const [orientation, sizePt, textWidth] = tries.at(-1) ?? ["landscape", 5, 7];
  const least = leastWidths(table, texts, type, sizePt, textWidth);
  return { orientation, sizePt, widthsPt: cappedWidths(least, contentWidthPt(orientation)) };
}

/** Widths below which a column's figures or words would be broken. */
function leastWidths(
  { columns }: FilledTable,
  { titles, rows, totals }: TableTexts,
  type: Typesetter,
  sizePt: number,
  textWidth: number,
): number[] {
  const regular: TextStyle = { weight: "regular", sizePt };
  const bold: TextStyle = { weight: "bold", sizePt };
  const cap = textWidth * sizePt;
  return columns.map((column, at) => {
    let widest = 0;
    for (const row of rows) widest = Math.max(widest, type.widthOf(row[at] ?? "", regular));
    if (!isUnbroken(column)) widest = Math.min(widest, cap);
    for (const { sums } of totals) widest = Math.max(widest, type.widthOf(sums[at] ?? "", bold));
    const title = Math.min(cap, type.widestWordOf(titles[at] ?? "", bold));
    return Math.max(widest, title, widestCharacter * sizePt) + 2 * cellPaddingPt;
  });
}

/** The shares that the model asks for, where they leave every column its least width. */
function sharedWidths(
  { columns }: FilledTable,
  least: readonly number[],
  width: number,
): readonly number[] {
  const fixed = new Set<number>();
  for (;;) {
    const left = width - sum([...fixed].map((at) => least[at] ?? 0));
    const shares = sum(columns.map((column, at) => (fixed.has(at) ? 0 : shareOf(column))));
    const widths = columns.map((column, at) =>
      fixed.has(at) ? (least[at] ?? 0) : (left * shareOf(column)) / shares,
    );
    const narrow = widths.findIndex((wide, at) => !fixed.has(at) && wide < (least[at] ?? 0));
    if (narrow < 0) return widths;
    fixed.add(narrow);
  }
}

/** Figures are broken now, but only the widest: all columns up to one width keep what they need. */
function cappedWidths(least: readonly number[], width: number): number[] {
  const widths = new Map<number, number>();
  let left = width;
  const byWidth = [...least.entries()].sort(([, a], [, b]) => a - b);
  for (const [index, [at, wanted]] of byWidth.entries()) {
    const given = Math.min(wanted, left / (byWidth.length - index));
    widths.set(at, given);
    left -= given;
  }
  return least.map((_, at) => widths.get(at) ?? 0);
}

const shareOf = ({ width }: Column): number => Math.max(width, Number.EPSILON);
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
