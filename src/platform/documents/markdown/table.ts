import { columnText, columnTitle, isNumeric, sumText } from "../column-text.ts";
import type { CellFormat } from "../formatting.ts";
import type { Cell, Table, TotalRow } from "../model.ts";
import { bold, inline } from "./escape.ts";

export type MarkdownTable = {
  head(): string;
  row(cells: readonly Cell[]): string;
  total(total: TotalRow): string;
};

/** A table as GFM 0.29 has it (4.10); `show` makes the invisible visible. */
export function markdownTable(
  { columns }: Table,
  format: CellFormat,
  show: (text: string) => string,
): MarkdownTable {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return {
    head: () =>
      line(columns.map((column) => inline(show(columnTitle(column))))) +
      line(columns.map(({ kind }) => (isNumeric(kind) ? "---:" : ":---"))),
    row: (cells) =>
      line(
        columns.map((column, index) =>
          inline(show(columnText(column, cells[index] ?? null, format))),
        ),
      ),
    total: (total) =>
      line(
        columns.map((column, index) => {
          const sum = sumText(column, total, format);
          // The label stands in front, whatever else does.
          return bold(show(index === 0 ? `${total.label} ${sum}` : sum));
        }),
      ),
  };
}
