import type { DecimalString } from "../../../kernel/decimal.ts";
import type { Chart } from "../../model.ts";
import { type Colour, grey, type Point } from "../page/content.ts";
import { marginPt } from "../page/pages.ts";
import { type Sheet, styles } from "../page/sheet.ts";
import { ascent, type Line, lineHeight } from "../text/typesetter.ts";
import { placeLabels } from "./axis-labels.ts";
import type { Scale } from "./scale.ts";
import { drawBar, drawLine } from "./series-look.ts";

const style = styles.chart;
const linePt = style.sizePt * lineHeight;
const plotHeightPt = 130;
const axisGapPt = 4;
/** Above the plot, for the currency and half a label. */
const abovePt = linePt * 1.6;
const maxLabelLines = 2;
const maxLabelWidthPt = 80;
const maxBarPt = 26;
/** Of what a label has, for its group of bars. */
const groupShare = 0.72;
/** On more points than these markers would run into each other. */
const maxMarked = 40;
export const gridLine: Colour = [0.86, 0.88, 0.9];
export const zeroLine: Colour = [0.3, 0.34, 0.4];

/** Values go up, labels stand below. */
export type UprightPlan = {
  readonly ticks: readonly Line[];
  /** Of the whole axis at the left. */
  readonly axisPt: number;
  readonly labels: readonly (readonly Line[])[];
  /** Whether every label has its place. */
  readonly isReadable: boolean;
};

export function planUpright(
  { pages, type, format }: Sheet,
  chart: Chart,
  scale: Scale,
): UprightPlan {
  const ticks = scale.ticks.flatMap(({ value }) => type.lines(format.amount(value), style, 1e6));
  const axisPt = Math.max(...ticks.map(({ widthPt }) => widthPt)) + axisGapPt;
  const slotPt = (pages.widthPt() - axisPt) / chart.labels.length;
  const isBars = chart.kind === "bars";
  const widthPt = isBars ? slotPt - axisGapPt : maxLabelWidthPt;
  const isReadable = chart.labels.every(
    (label) =>
      type.widestWordOf(label, style) <= widthPt &&
      type.lines(label, style, widthPt).length <= maxLabelLines,
  );
  const labels =
    isBars && !isReadable
      ? []
      : chart.labels.map((label) => type.shortened(label, style, widthPt, maxLabelLines));
  return { ticks, axisPt, labels, isReadable };
}

export const uprightHeightPt = ({ labels }: UprightPlan): number =>
  abovePt + plotHeightPt + axisGapPt + Math.max(1, ...labels.map(({ length }) => length)) * linePt;

export function drawUpright(sheet: Sheet, chart: Chart, scale: Scale, plan: UprightPlan): void {
  const { pages, type } = sheet;
  const top = pages.take(uprightHeightPt(plan));
  const content = pages.content();
  const left = marginPt + plan.axisPt;
  const right = marginPt + pages.widthPt();
  const bottom = top - abovePt - plotHeightPt;
  const y = (share: number) => bottom + share * plotHeightPt;
  const slotPt = (right - left) / chart.labels.length;
  const middleOf = (at: number) => left + (at + 0.5) * slotPt;

  const [currency] = type.lines(chart.currency, style, pages.widthPt());
  if (currency) content.text(currency, marginPt, top - ascent * style.sizePt, grey);
  for (const [at, tick] of scale.ticks.entries()) {
    const isZero = tick.at === scale.zero;
    const stroke = { colour: isZero ? zeroLine : gridLine, widthPt: isZero ? 0.8 : 0.4 };
    content.stroke(
      [left, right].map((x) => [x, y(tick.at)] as const),
      stroke,
    );
    const line = plan.ticks[at];
    if (line)
      content.text(line, left - axisGapPt - line.widthPt, y(tick.at) - style.sizePt * 0.36, grey);
  }
  drawLabels();
  if (chart.kind === "bars") drawBars();
  else for (const [series, { values }] of chart.series.entries()) drawSeries(values, series);

  function drawLabels(): void {
    const wanted = plan.labels.map((lines, at) => ({ lines, xPt: middleOf(at) }));
    for (const { lines, xPt } of placeLabels(wanted, marginPt, right))
      for (const [at, line] of lines.entries()) {
        const baseline = bottom - axisGapPt - (at * lineHeight + ascent) * style.sizePt;
        content.text(line, xPt - line.widthPt / 2, baseline);
      }
  }

  function drawBars(): void {
    const groupPt = Math.min(slotPt * groupShare, maxBarPt * chart.series.length);
    const barPt = groupPt / chart.series.length;
    for (const [series, { values }] of chart.series.entries())
      for (const [at, value] of values.entries()) {
        if (value === null) continue;
        const [from, to] = [y(scale.zero), y(scale.at(value))];
        const x = middleOf(at) - groupPt / 2 + series * barPt;
        drawBar(content, [x, Math.min(from, to), barPt, Math.abs(to - from)], series);
      }
  }

  function drawSeries(values: readonly (DecimalString | null)[], series: number): void {
    const isMarked = values.length <= maxMarked;
    let run: Point[] = [];
    for (const [at, value] of [...values, null].entries()) {
      if (value !== null) run.push([middleOf(at), y(scale.at(value))]);
      else {
        if (run.length > 0) drawLine(content, run, series, isMarked);
        run = [];
      }
    }
  }
}
