import { type Colour, grey } from "../page/content.ts";
import { drawRow, leastHeightPt, type RowCell, type RowLook, rowHeightPt } from "../page/rows.ts";
import { drawText } from "../page/running-text.ts";
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
const belowTitlePt = 3;
const belowTablePt = 14;
/** Of a page: a head that is higher is not repeated. */
const repeatedHeadShare = 0.3;
/** Of a page: totals that are higher may be apart from the last row. */
const totalsTogetherShare = 0.3;

export type PlannedTable = {
  readonly table: FilledTable;
  readonly texts: TableTexts;
  readonly plan: ColumnPlan;
};

/** Cells side by side as wide as the plan says. */
function cellsOf(
  { table, plan }: PlannedTable,
  sheet: Sheet,
  texts: readonly string[],
  bold: boolean,
) {
  const style = { weight: bold ? ("bold" as const) : ("regular" as const), sizePt: plan.sizePt };
  let x = 0;
  return table.columns.map((column, at): RowCell => {
    const width = plan.widthsPt[at] ?? 0;
    const cell = {
      lines: sheet.type.lines(texts[at] ?? "", style, width - 2 * cellPaddingPt),
      xPt: x + cellPaddingPt,
      widthPt: width - 2 * cellPaddingPt,
      align: alignOf(column),
    };
    x += width;
    return cell;
  });
}

const looksOf = (sizePt: number) => {
  const common = { sizePt, paddingPt: sizePt * 0.28 };
  return {
    head: { ...common, background: headBackground, rule: strongLine },
    row: { ...common, rule: hairline },
    total: { ...common, background: totalBackground, rule: hairline },
  } satisfies Record<string, RowLook>;
};

export function drawTable(sheet: Sheet, planned: PlannedTable): void {
  const { pages, words } = sheet;
  const { table, texts, plan } = planned;
  const looks = looksOf(plan.sizePt);
  const head = cellsOf(planned, sheet, texts.titles, true);
  const isRepeated = rowHeightPt(head, looks.head) <= pages.heightPt() * repeatedHeadShare;

  const next = () => {
    pages.next();
    const title = words.continued(table.title);
    const [line] = sheet.type.shortened(
      title,
      { ...styles.fact, direction: 0 },
      pages.widthPt(),
      1,
    );
    const height = styles.fact.sizePt * lineHeight;
    if (line) {
      const cell = { lines: [line], xPt: 0, widthPt: pages.widthPt(), align: "start" as const };
      drawRow(pages, [{ ...cell, colour: grey }], { sizePt: styles.fact.sizePt, paddingPt: 0 });
    } else pages.take(height);
    pages.take(belowTitlePt);
    if (isRepeated) drawRow(pages, head, looks.head);
  };

  pages.ensure(leastTableHeightPt(sheet, planned));
  drawText(sheet, table.title, styles.caption, { belowPt: belowTitlePt });
  drawRow(pages, head, looks.head);
  const totals = texts.totals.flatMap((total) =>
    totalCells(total, plan, sheet, cellsOf(planned, sheet, total.sums, true)),
  );
  const totalsHeight = totals.reduce((sum, cells) => sum + rowHeightPt(cells, looks.total), 0);
  const together = totalsHeight <= pages.heightPt() * totalsTogetherShare ? totalsHeight : 0;

  for (const [at, row] of texts.rows.entries()) {
    const cells = cellsOf(planned, sheet, row, false);
    const isLast = at === texts.rows.length - 1;
    if (isLast && pages.roomPt() < leastHeightPt(pages, cells, looks.row) + together) next();
    drawRow(pages, cells, looks.row, next);
  }
  if (texts.rows.length === 0) {
    const lines = sheet.type.lines(words.noRows, styles.fact, pages.widthPt());
    const cell = { lines, xPt: cellPaddingPt, widthPt: pages.widthPt(), align: "start" as const };
    drawRow(pages, [{ ...cell, colour: grey }], looks.row, next);
  }
  for (const cells of totals) drawRow(pages, cells, looks.total, next);
  pages.skip(belowTablePt);
}

/** Title, head and first row: what must be together where the table begins. */
export function leastTableHeightPt(sheet: Sheet, planned: PlannedTable): number {
  const { pages, type } = sheet;
  const { table, texts, plan } = planned;
  const looks = looksOf(plan.sizePt);
  const title = type.lines(table.title, styles.caption, pages.widthPt()).length;
  const first = cellsOf(planned, sheet, texts.rows[0] ?? [], false);
  return (
    title * styles.caption.sizePt * lineHeight +
    belowTitlePt +
    rowHeightPt(cellsOf(planned, sheet, texts.titles, true), looks.head) +
    leastHeightPt(pages, first, looks.row)
  );
}
