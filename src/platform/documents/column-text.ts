import type { CellFormat } from "./formatting.ts";
import { moneyOf } from "./formatting.ts";
import type { Cell, CellKind, Column, TotalRow } from "./model.ts";

/** Aligned right, so that their digits stand under each other. */
export const isNumeric = (kind: CellKind): boolean =>
  kind === "money" || kind === "number" || kind === "percent";

/** A column of one currency says it in its title: "Fee (EUR)". */
export const columnTitle = ({ title, currency }: Column): string =>
  currency === undefined || title.includes(currency) ? title : `${title} (${currency})`;

/** A cell for people; without its currency where the column's title says it. */
export function columnText(column: Column, value: Cell, format: CellFormat): string {
  if (column.currency === undefined) return format.inColumn(column.kind, value);
  const money = moneyOf(value);
  return money === null ? "" : format.amount(money.amount);
}

/** A column's sums in a row of totals, a line for each when it has several currencies; "" = none. */
export const sumText = (column: Column, { sums }: TotalRow, format: CellFormat): string =>
  sums
    .filter((sum) => sum.column === column.id)
    .map(({ value }) =>
      value.currency === column.currency
        ? format.amount(value.amount)
        : format.cell("money", value),
    )
    .join("\n");
