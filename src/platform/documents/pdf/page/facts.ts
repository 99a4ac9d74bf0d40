import type { Fact } from "../../model.ts";
import type { Line } from "../text/typesetter.ts";
import { grey } from "./content.ts";
import { drawRow } from "./rows.ts";
import { type Sheet, styles } from "./sheet.ts";

const gapPt = 10;
/** Of the width. */
const maxLabelShare = 0.35;
const paddingPt = 1.2;

/** Labels in one column, what they say in the next. */
export function drawFacts(
  { pages, type, format }: Sheet,
  facts: readonly Pick<Fact, "label" | "kind" | "value">[],
): void {
  const width = pages.widthPt();
  const style = styles.fact;
  const labels = facts.map(({ label }) => type.widthOf(label, style));
  const labelWidth = Math.min(Math.max(0, ...labels), width * maxLabelShare);
  const valueX = labelWidth + gapPt;
  for (const { label, kind, value } of facts) {
    const labelLines = type.lines(label, style, labelWidth);
    const valueLines = type.lines(format.cell(kind, value), style, width - valueX);
    const align = "start" as const;
    drawRow(
      pages,
      [
        { lines: labelLines, xPt: 0, widthPt: labelWidth, align, colour: grey },
        { lines: valueLines, xPt: valueX, widthPt: widest(valueLines), align },
      ],
      { sizePt: style.sizePt, paddingPt },
    );
  }
}

/** Text from right to left ends where it begins: beside its label, not at the other margin. */
const widest = (lines: readonly Line[]): number =>
  Math.max(0, ...lines.map(({ widthPt }) => widthPt));
