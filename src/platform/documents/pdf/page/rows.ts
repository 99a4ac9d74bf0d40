import { ascent, type Line, lineHeight } from "../text/typesetter.ts";
import { black, type Colour, rectangle } from "./content.ts";
import type { Pages } from "./pages.ts";
import { marginPt } from "./pages.ts";

export type RowCell = {
  readonly lines: readonly Line[];
  /** From the left margin. */
  readonly xPt: number;
  readonly widthPt: number;
  readonly align: "start" | "end";
  readonly colour?: Colour;
};

export type RowLook = {
  readonly sizePt: number;
  /** Above and below the text. */
  readonly paddingPt: number;
  readonly background?: Colour;
  /** A line below the row. */
  readonly rule?: Colour;
};

export const rowHeightPt = (cells: readonly RowCell[], { sizePt, paddingPt }: RowLook): number =>
  Math.max(1, ...cells.map(({ lines }) => lines.length)) * sizePt * lineHeight + 2 * paddingPt;

/** Of a page; a row that is higher is not moved to the next page but goes on there. */
const wholeShare = 0.4;
/** So many lines of a row stand together where it is divided. */
const leastLines = 2;

/** The height that must be left for the row to begin on a page. */
export function leastHeightPt(pages: Pages, cells: readonly RowCell[], look: RowLook): number {
  const height = rowHeightPt(cells, look);
  return height <= pages.heightPt() * wholeShare
    ? height
    : leastLines * look.sizePt * lineHeight + 2 * look.paddingPt;
}

/** Draws a row of cells side by side, where needed over several pages, each begun by `next`. */
export function drawRow(
  pages: Pages,
  cells: readonly RowCell[],
  look: RowLook,
  next: () => void = pages.next,
): void {
  const { sizePt, paddingPt } = look;
  if (pages.roomPt() < leastHeightPt(pages, cells, look)) next();
  const count = Math.max(1, ...cells.map(({ lines }) => lines.length));
  for (let from = 0; from < count; ) {
    const fitting = Math.floor((pages.roomPt() - 2 * paddingPt) / (sizePt * lineHeight) + 0.001);
    const to = Math.min(count, from + Math.max(1, fitting));
    drawLines(pages, cells, look, from, to);
    from = to;
    if (from < count) next();
  }
}

function drawLines(
  pages: Pages,
  cells: readonly RowCell[],
  { sizePt, paddingPt, background, rule }: RowLook,
  from: number,
  to: number,
): void {
  const height = (to - from) * sizePt * lineHeight + 2 * paddingPt;
  const top = pages.take(height);
  const content = pages.content();
  const width = pages.widthPt();
  if (background) content.fill(rectangle(marginPt, top - height, width, height), background);
  if (rule) {
    const ends = [marginPt, marginPt + width].map((x) => [x, top - height] as const);
    content.stroke(ends, { colour: rule, widthPt: 0.4 });
  }
  for (const { lines, xPt, widthPt, align, colour = black } of cells)
    for (const [index, line] of lines.slice(from, to).entries()) {
      const room = widthPt - line.widthPt;
      const shift = align === "end" || line.isRightToLeft ? room : 0;
      const baseline = top - paddingPt - (index * lineHeight + ascent) * sizePt;
      content.text(line, marginPt + xPt + shift, baseline, colour);
    }
}
