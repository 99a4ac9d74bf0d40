import type { RowCell } from "../page/rows.ts";
import type { Typesetter } from "../text/typesetter.ts";
import { type ColumnPlan, cellPaddingPt } from "./plan-columns.ts";
import type { TableTexts } from "./table-texts.ts";

/** Of the font size: what a label needs beside its sums; with less it stands in a row of its own above them. */
const leastLabelWidth = 8;

/** One or two rows: a label over the columns before its first sum, and the sums below their columns. */
export function totalCells(
  { label, sums }: TableTexts["totals"][number],
  { sizePt, widthsPt }: ColumnPlan,
  type: Typesetter,
  sumCells: readonly RowCell[],
): RowCell[][] {
  const style = { weight: "bold" as const, sizePt };
  const first = sums.findIndex((text) => text !== "");
  const before = widthsPt.slice(0, first < 0 ? undefined : first);
  const room = before.reduce((sum, width) => sum + width, 0) - 2 * cellPaddingPt;
  const isBeside = room >= Math.min(leastLabelWidth * sizePt, type.widthOf(label, style));
  const width = isBeside ? room : widthsPt.reduce((sum, wide) => sum + wide, 0) - 2 * cellPaddingPt;
  const labelCell: RowCell = {
    lines: type.lines(label, style, width),
    xPt: cellPaddingPt,
    widthPt: width,
    align: "start",
  };
  const filled = sumCells.filter(({ lines }) => lines.length > 0);
  return isBeside ? [[labelCell, ...filled]] : [[labelCell], filled];
}
