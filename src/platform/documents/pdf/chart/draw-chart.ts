import type { Chart } from "../../model.ts";
import { grey } from "../page/content.ts";
import { drawText } from "../page/running-text.ts";
import { type Sheet, styles } from "../page/sheet.ts";
import { lineHeight } from "../text/typesetter.ts";
import { drawLegend, legendHeightPt, legendRows } from "./legend.ts";
import { drawLying, leastLyingHeightPt, planLying } from "./lying-bars.ts";
import { createScale } from "./scale.ts";
import { drawUpright, planUpright, uprightHeightPt } from "./upright-chart.ts";

const belowCaptionPt = 3;
const belowChartPt = 16;

/** The whole of a chart but for bars that lie: those may go on. */
export function leastChartHeightPt(sheet: Sheet, chart: Chart): number {
  const plan = planChart(sheet, chart);
  const lines = sheet.type.lines(chart.title, styles.caption, sheet.pages.widthPt());
  return lines.length * styles.caption.sizePt * lineHeight + belowCaptionPt + plan.leastPt;
}

export function drawChart(sheet: Sheet, chart: Chart): void {
  const { pages } = sheet;
  pages.ensure(leastChartHeightPt(sheet, chart));
  drawText(sheet, chart.title, styles.caption, { belowPt: belowCaptionPt });
  planChart(sheet, chart).draw();
  pages.skip(belowChartPt);
}

function planChart(sheet: Sheet, chart: Chart): { leastPt: number; draw(): void } {
  const { pages, words } = sheet;
  const values = chart.series.flatMap((series) => series.values).filter((value) => value !== null);
  if (values.length === 0 || chart.labels.length === 0)
    return {
      leastPt: styles.fact.sizePt * lineHeight,
      draw: () => drawText(sheet, words.noFigures, styles.fact, { colour: grey }),
    };
  const scale = createScale(values);
  const legend = legendRows(sheet, chart);
  const upright = planUpright(sheet, chart, scale);
  if (chart.kind === "line" || upright.isReadable)
    return {
      leastPt: legendHeightPt(legend) + uprightHeightPt(upright),
      draw() {
        drawLegend(sheet, legend, chart.kind);
        drawUpright(sheet, chart, scale, upright);
      },
    };
  const lying = planLying(sheet, chart);
  const next = () => {
    pages.next();
    const title = words.continued(chart.title);
    drawText(sheet, title, { ...styles.fact, direction: 0 }, { belowPt: 2, colour: grey });
    drawLegend(sheet, legend, chart.kind);
  };
  return {
    leastPt: legendHeightPt(legend) + leastLyingHeightPt(lying),
    draw() {
      drawLegend(sheet, legend, chart.kind);
      drawLying(sheet, chart, scale, lying, next);
    },
  };
}
