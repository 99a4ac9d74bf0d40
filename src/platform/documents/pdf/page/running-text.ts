import type { TextStyle } from "../text/typesetter.ts";
import type { Colour } from "./content.ts";
import { drawRow } from "./rows.ts";
import type { Sheet } from "./sheet.ts";

/** Text over the whole width, with room below it. */
export function drawText(
  { pages, type }: Sheet,
  text: string,
  style: TextStyle,
  { belowPt = 0, colour }: { readonly belowPt?: number; readonly colour?: Colour } = {},
): void {
  const widthPt = pages.widthPt();
  const lines = type.lines(text, style, widthPt);
  if (lines.length === 0) return;
  const cell = { lines, xPt: 0, widthPt, align: "start" as const, ...(colour && { colour }) };
  drawRow(pages, [cell], { sizePt: style.sizePt, paddingPt: 0 });
  pages.skip(belowPt);
}
