import type { Chart } from "../../model.ts";
import { marginPt } from "../page/pages.ts";
import { type Sheet, styles } from "../page/sheet.ts";
import { ascent, type Line, lineHeight } from "../text/typesetter.ts";
import { drawBar, drawLine } from "./series-look.ts";

const patchPt = { width: 14, height: 5.5, gap: 4 };
const betweenPt = 16;
const maxTitleWidthPt = 200;
const rowPt = styles.chart.sizePt * lineHeight + 2;

type Item = { readonly line: Line; readonly xPt: number; readonly series: number };

/** Rows of patches and titles; none where the only series is what the chart's title says. */
export function legendRows({ type, pages }: Sheet, { title, series }: Chart): Item[][] {
  if (series.length === 1 && series[0]?.title === title) return [];
  const rows: Item[][] = [];
  let x = 0;
  for (const [at, one] of series.entries()) {
    const [line] = type.shortened(one.title, styles.chart, maxTitleWidthPt, 1);
    if (!line) continue;
    const width = patchPt.width + patchPt.gap + line.widthPt;
    if (rows.length === 0 || x + width > pages.widthPt()) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ line, xPt: x, series: at });
    x += width + betweenPt;
  }
  return rows;
}

export const legendHeightPt = (rows: readonly Item[][]): number => rows.length * rowPt;

export function drawLegend({ pages }: Sheet, rows: readonly Item[][], kind: Chart["kind"]): void {
  for (const row of rows) {
    const top = pages.take(rowPt);
    const baseline = top - ascent * styles.chart.sizePt;
    for (const { line, xPt, series } of row) {
      const x = marginPt + xPt;
      const content = pages.content();
      if (kind === "bars")
        drawBar(content, [x, baseline - 0.3, patchPt.width, patchPt.height], series);
      else {
        const y = baseline + patchPt.height / 2 - 0.3;
        const ends = [0, 0.5, 1].map((share) => [x + patchPt.width * share, y] as const);
        drawLine(content, ends, series, false);
        drawLine(content, ends.slice(1, 2), series, true);
      }
      content.text(line, x + patchPt.width + patchPt.gap, baseline);
    }
  }
}
