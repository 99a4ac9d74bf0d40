import type { Chart } from "../../model.ts";
import { grey } from "../page/content.ts";
import { marginPt } from "../page/pages.ts";
import { type Sheet, styles } from "../page/sheet.ts";
import { ascent, type Line, lineHeight } from "../text/typesetter.ts";
import { placeLabels } from "./axis-labels.ts";
import type { Scale } from "./scale.ts";
import { drawBar } from "./series-look.ts";
import { gridLine, zeroLine } from "./upright-chart.ts";

const style = styles.chart;
const linePt = style.sizePt * lineHeight;
const axisGapPt = 5;
const axisPt = linePt + 3;
const maxLabelShare = 0.35;
const maxLabelLines = 3;
const betweenRowsPt = 4;
/** By the number of series: more make the bars thinner, down to the last. */
const barPts = [9, 7, 5.5, 4.5];
/** So many rows stand together where the chart begins. */
const leastRows = 3;

/** Bars beside their labels, for labels that find no place below: as many rows as there are labels. */
export type LyingPlan = {
  readonly labels: readonly (readonly Line[])[];
  readonly labelPt: number;
  readonly rowPts: readonly number[];
  readonly barPt: number;
};

export function planLying({ pages, type }: Sheet, chart: Chart): LyingPlan {
  const widest = Math.max(0, ...chart.labels.map((label) => type.widthOf(label, style)));
  const labelPt = Math.min(widest, pages.widthPt() * maxLabelShare);
  const labels = chart.labels.map((label) => type.shortened(label, style, labelPt, maxLabelLines));
  const barPt = barPts[Math.min(chart.series.length, barPts.length) - 1] ?? 0;
  const rowPts = labels.map(
    (lines) => Math.max(lines.length * linePt, barPt * chart.series.length) + betweenRowsPt,
  );
  return { labels, labelPt, rowPts, barPt };
}

export const leastLyingHeightPt = ({ rowPts }: LyingPlan): number =>
  axisPt + rowPts.slice(0, leastRows).reduce((sum, height) => sum + height, 0);

/** Every page that it needs gets its axis; `next` begins one. */
export function drawLying(
  sheet: Sheet,
  chart: Chart,
  scale: Scale,
  plan: LyingPlan,
  next: () => void,
): void {
  for (let from = 0; from < plan.rowPts.length; ) {
    if (from > 0) next();
    let room = sheet.pages.roomPt() - axisPt - (plan.rowPts[from] ?? 0);
    let to = from + 1;
    while (to < plan.rowPts.length && room >= (plan.rowPts[to] ?? 0))
      room -= plan.rowPts[to++] ?? 0;
    drawRows(sheet, chart, scale, plan, from, to);
    from = to;
  }
}

function drawRows(
  { pages, type, format }: Sheet,
  chart: Chart,
  scale: Scale,
  { labels, labelPt, rowPts, barPt }: LyingPlan,
  from: number,
  to: number,
): void {
  const height = rowPts.slice(from, to).reduce((sum, row) => sum + row, 0);
  const top = pages.take(axisPt + height);
  const content = pages.content();
  const right = marginPt + pages.widthPt();
  const ticks = scale.ticks.map(({ value, at }) => ({
    at,
    lines: type.lines(format.amount(value), style, pages.widthPt()),
  }));
  const half = Math.max(0, ...(ticks.at(-1)?.lines.map(({ widthPt }) => widthPt / 2) ?? []));
  const left = marginPt + labelPt + axisGapPt;
  const x = (share: number) => left + share * (right - half - left);

  const baseline = top - ascent * style.sizePt;
  const [currency] = type.lines(chart.currency, style, labelPt);
  const currencyEnd = marginPt + (currency?.widthPt ?? 0);
  if (currency) content.text(currency, marginPt, baseline, grey);
  const wanted = ticks.map(({ lines, at }) => ({ lines, xPt: x(at) }));
  for (const { lines, xPt } of placeLabels(wanted, currencyEnd + axisGapPt, right))
    for (const line of lines) content.text(line, xPt - line.widthPt / 2, baseline, grey);
  for (const { at } of ticks) {
    const isZero = at === scale.zero;
    const ends = [top - axisPt, top - axisPt - height].map((y) => [x(at), y] as const);
    content.stroke(ends, {
      colour: isZero ? zeroLine : gridLine,
      widthPt: isZero ? 0.8 : 0.4,
    });
  }

  let rowTop = top - axisPt;
  for (let at = from; at < to; at++) {
    const rowPt = rowPts[at] ?? 0;
    const lines = labels[at] ?? [];
    const firstLine = rowTop - (rowPt - lines.length * linePt) / 2;
    for (const [index, line] of lines.entries())
      content.text(
        line,
        marginPt + labelPt - line.widthPt,
        firstLine - (index * lineHeight + ascent) * style.sizePt,
      );
    const firstBar = rowTop - (rowPt - barPt * chart.series.length) / 2;
    for (const [series, { values }] of chart.series.entries()) {
      const value = values[at] ?? null;
      if (value === null) continue;
      const [start, end] = [x(scale.zero), x(scale.at(value))];
      const y = firstBar - (series + 1) * barPt;
      drawBar(content, [Math.min(start, end), y, Math.abs(end - start), barPt], series);
    }
    rowTop -= rowPt;
  }
}
