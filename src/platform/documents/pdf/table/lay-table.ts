import type { Colour } from "../page/content.ts";
import { type RowCell, type RowLook, rowHeightPt } from "../page/rows.ts";
import { type Sheet, styles } from "../page/sheet.ts";
import type { FilledTable } from "../read-document.ts";
import { lineHeight } from "../text/typesetter.ts";
import { type ColumnPlan, cellPaddingPt } from "./plan-columns.ts";
import { alignOf, type TableTexts } from "./table-texts.ts";
import { totalCells } from "./total-cells.ts";

const headBackground: Colour = [0.9, 0.92, 0.95];
const totalBackground: Colour = [0.96, 0.97, 0.98];
const hairline: Colour = [0.82, 0.84, 0.87];
const strongLine: Colour = [0.35, 0.4, 0.47];
/** Above and below a cell's text, as a share of its size. */
const paddingShare = 0.28;
export const belowTitlePt = 3;

export type PlannedTable = {
  readonly table: FilledTable;
  readonly texts: TableTexts;
  readonly plan: ColumnPlan;
};

export type LaidTable = {
  readonly looks: Readonly<Record<"head" | "row" | "total", RowLook>>;
  readonly head: readonly RowCell[];
  /** Laid out when it is asked for: of a long table only what is drawn next is in memory. */
  row(at: number): readonly RowCell[];
  readonly totals: readonly (readonly RowCell[])[];
  readonly totalsPt: number;
  /** Of the title and the head. */
  readonly topPt: number;
};

export function layTable({ pages, type }: Sheet, { table, texts, plan }: PlannedTable): LaidTable {
  const { sizePt } = plan;
  const common = { sizePt, paddingPt: sizePt * paddingShare };
  const looks = {
    head: { ...common, background: headBackground, rule: strongLine },
    row: { ...common, rule: hairline },
    total: { ...common, background: totalBackground, rule: hairline },
  };

  function cellsOf(cellTexts: readonly string[], weight: "regular" | "bold"): RowCell[] {
    let x = 0;
    return table.columns.map((column, at) => {
      const widthPt = (plan.widthsPt[at] ?? 0) - 2 * cellPaddingPt;
      const lines = type.lines(cellTexts[at] ?? "", { weight, sizePt }, widthPt);
      const cell = { lines, xPt: x + cellPaddingPt, widthPt, align: alignOf(column) };
      x += plan.widthsPt[at] ?? 0;
      return cell;
    });
  }

  const head = cellsOf(texts.titles, "bold");
  const totals = texts.totals.flatMap((total) =>
    totalCells(total, plan, type, cellsOf(total.sums, "bold")),
  );
  const titleLines = type.lines(table.title, styles.caption, pages.widthPt()).length;
  const titlePt = titleLines * styles.caption.sizePt * lineHeight;
  return {
    ...{ looks, head, totals },
    row: (at) => cellsOf(texts.rows[at] ?? [], "regular"),
    totalsPt: totals.reduce((sum, cells) => sum + rowHeightPt(cells, looks.total), 0),
    topPt: titlePt + belowTitlePt + rowHeightPt(head, looks.head),
  };
}
