import { isNumeric } from "../column-text.ts";
import { maxLines } from "./row-height.ts";
import type { TableColumn } from "./table-columns.ts";

/** Characters, as Excel counts widths. */
const width = { least: 8, most: 90, ofTexts: 130, button: 3, slack: 2, sum: 3 };
/** Of a row's height that is used before its texts get wider columns. */
const usedHeight = 0.8;
/** What a page of A4 shows without being made small. */
export const portraitWidth = 105;

/**
 * Of each column of the sheet. Numbers and days get what the longest takes (`lengths`, by index; sums are longer), texts
 * their share of the table's width, or more when a row could not be high enough for one.
 */
export function widthsOf(
  columns: readonly TableColumn[],
  titles: readonly string[],
  lengths: readonly number[],
): readonly number[] {
  const shares = columns.reduce((sum, { column }) => sum + column.width, 0);
  const wanted = columns.flatMap(({ column, index, code }) => {
    const longest = lengths[index] ?? 0;
    const content =
      column.kind === "text"
        ? Math.max((width.ofTexts * column.width) / shares, longest / (maxLines * usedHeight))
        : longest + width.slack + (isNumeric(column.kind) ? width.sum : 0);
    return code ? [content, width.least] : [content];
  });
  return wanted.map((content, at) => {
    const longestWord = Math.max(...(titles[at] ?? "").split(/\s/).map((word) => word.length));
    const least = Math.max(longestWord + width.button, width.least);
    return Math.min(Math.max(Math.round(content), least), width.most);
  });
}
