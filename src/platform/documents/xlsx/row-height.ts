import type { SheetRow } from "./sheet-row.ts";

/** Points; Excel has no higher rows. */
const height = { ofLine: 15, most: 409 };
/** Of a column, what words that go to the next line leave. */
const used = 0.9;
/** Lines of a cell as high as Excel allows. */
export const maxLines = Math.floor(height.most / height.ofLine);

/** What may break a line in the model's texts; a cell has LF for all of them. */
const lineEnd = /\r\n?|[\n\v\f\u0085\u2028\u2029]/;

/** Of Chinese, Japanese and Korean, as wide as two digits (UAX #11). */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/g;

/** A line of characters of which none is wide. */
const simple = /^[\t\u0020-\u007E\u00A0-\u10FF]*$/;

export type TextInColumn = { readonly text: string | null; readonly width: number };

/**
 * Makes a row as high as its longest text needs, about: not all programs do so when they open a file. `width` as Excel
 * counts widths of columns.
 */
export function fitHeight(row: SheetRow, texts: readonly TextInColumn[]): void {
  let lines = 1;
  for (const { text, width } of texts)
    if (text !== null) lines = Math.max(lines, linesOf(text, width * used));
  if (lines > 1) row.height = Math.min(lines * height.ofLine, height.most);
}

function linesOf(text: string, width: number): number {
  if (text.length <= width && simple.test(text)) return 1;
  return text
    .split(lineEnd)
    .map((line) => Math.max(1, Math.ceil(line.replace(wide, "$&$&").length / width)))
    .reduce((sum, lines) => sum + lines, 0);
}
