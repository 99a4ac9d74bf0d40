import { grey } from "../page/content.ts";
import { drawRow, leastHeightPt, rowHeightPt } from "../page/rows.ts";
import { drawText } from "../page/running-text.ts";
import { type Sheet, styles } from "../page/sheet.ts";
import { belowTitlePt, type LaidTable, layTable, type PlannedTable } from "./lay-table.ts";
import { cellPaddingPt } from "./plan-columns.ts";

const belowTablePt = 14;
/** Of a page: a head that is higher is not repeated. */
const repeatedHeadShare = 0.3;
/** Of a page: totals that are higher may be apart from the last row. */
const totalsTogetherShare = 0.3;
/** A table of few rows is not divided when it takes no more than this of a page. */
const undivided = { rows: 12, share: 0.35 };

export function drawTable(sheet: Sheet, planned: PlannedTable): void {
  const { pages, type, words } = sheet;
  const { table, texts } = planned;
  const laid = layTable(sheet, planned);
  const { looks, head, totals, totalsPt } = laid;
  const isRepeated = rowHeightPt(head, looks.head) <= pages.heightPt() * repeatedHeadShare;
  const wholeWidth = { xPt: 0, widthPt: pages.widthPt(), align: "start" as const, colour: grey };

  const next = () => {
    pages.next();
    const title = words.continued(table.title);
    const style = { ...styles.fact, direction: 0 as const };
    const lines = type.shortened(title, style, pages.widthPt(), 1);
    drawRow(pages, [{ ...wholeWidth, lines }], { sizePt: style.sizePt, paddingPt: 0 });
    pages.take(belowTitlePt);
    if (isRepeated) drawRow(pages, head, looks.head);
  };

  pages.ensure(leastTableHeightPt(sheet, planned, laid));
  drawText(sheet, table.title, styles.caption, { belowPt: belowTitlePt });
  drawRow(pages, head, looks.head);
  const togetherPt = totalsPt <= pages.heightPt() * totalsTogetherShare ? totalsPt : 0;
  for (let at = 0; at < texts.rows.length; at++) {
    const cells = laid.row(at);
    const isLast = at === texts.rows.length - 1;
    if (isLast && pages.roomPt() < leastHeightPt(pages, cells, looks.row) + togetherPt) next();
    drawRow(pages, cells, looks.row, next);
  }
  if (texts.rows.length === 0) {
    const lines = type.lines(words.noRows, styles.fact, pages.widthPt());
    drawRow(pages, [{ ...wholeWidth, xPt: cellPaddingPt, lines }], looks.row, next);
  }
  for (const cells of totals) drawRow(pages, cells, looks.total, next);
  pages.skip(belowTablePt);
}

/** What must be together where the table begins: title, head and first row, or all of a small table. */
export function leastTableHeightPt(
  sheet: Sheet,
  planned: PlannedTable,
  laid: LaidTable = layTable(sheet, planned),
): number {
  const { pages } = sheet;
  const count = planned.texts.rows.length;
  const { looks, topPt, totalsPt } = laid;
  if (count <= undivided.rows) {
    const rows = Array.from({ length: count }, (_, at) => rowHeightPt(laid.row(at), looks.row));
    const wholePt = topPt + rows.reduce((sum, height) => sum + height, 0) + totalsPt;
    if (wholePt <= pages.heightPt() * undivided.share) return wholePt;
  }
  return topPt + leastHeightPt(pages, laid.row(0), looks.row);
}
