import { columnText, columnTitle, isNumeric, sumText } from "../../column-text.ts";
import type { CellFormat } from "../../formatting.ts";
import type { Column } from "../../model.ts";
import type { FilledTable } from "../read-document.ts";

/** All that a table says, as it will be written. */
export type TableTexts = {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly totals: readonly { readonly label: string; readonly sums: readonly string[] }[];
};

export function tableTexts(table: FilledTable, format: CellFormat): TableTexts {
  const { columns, rows, totals } = table;
  return {
    titles: columns.map(columnTitle),
    rows: rows.map((cells) =>
      columns.map((column, at) => columnText(column, cells[at] ?? null, format)),
    ),
    totals: totals.map((total) => ({
      label: total.label,
      sums: columns.map((column) => sumText(column, total, format)),
    })),
  };
}

/** Dates are not broken either, but begin at the left. */
export const isUnbroken = ({ kind }: Column): boolean => kind !== "text" && kind !== "instant";
export const alignOf = ({ kind }: Column): "start" | "end" => (isNumeric(kind) ? "end" : "start");
