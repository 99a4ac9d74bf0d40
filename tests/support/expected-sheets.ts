import { createCellFormat } from "#platform/documents/formatting";
import type { Cell, Column, DocumentHead, DocumentPart, Table } from "#platform/documents/model";
import { createVisibleCharacters } from "#platform/documents/visible-characters";
import type { Money } from "#platform/kernel/money";
import type { Sheet, SheetCell } from "./sheet-files.ts";

export type ModelTable = {
  readonly table: Table;
  readonly rows: readonly (readonly Cell[])[];
  readonly sums: readonly {
    readonly label: string;
    readonly column: string;
    readonly value: Money;
  }[];
};

/** The tables of a document. */
export function tablesOf(parts: readonly DocumentPart[]): readonly ModelTable[] {
  const tables: { table: Table; rows: (readonly Cell[])[]; sums: ModelTable["sums"][number][] }[] =
    [];
  for (const part of parts) {
    if (part.part === "table") tables.push({ table: part.table, rows: [], sums: [] });
    if (part.part === "row") tables.at(-1)?.rows.push(part.cells);
    if (part.part === "totals")
      for (const { label, sums } of part.totals)
        tables.at(-1)?.sums.push(...sums.map((sum) => ({ label, ...sum })));
  }
  return tables;
}

const letterOf = (position: number) => String.fromCharCode(64 + position);

/** Where each column stands: an amount without a currency of its column is followed by its code. */
export function placesOf({ columns }: Table) {
  let position = 0;
  return columns.map((column) => {
    const letter = letterOf(++position);
    const code =
      column.kind === "money" && column.currency === undefined ? letterOf(++position) : null;
    return { column, letter, code };
  });
}

const digitsOf = (amount: string) =>
  amount.replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "").length;

/** What openpyxl leaves to whoever reads: "_x005F_" is an underline (ECMA-376 part 1, 22.9.2.19). */
const unescaped = (value: SheetCell["value"]) =>
  typeof value === "string" ? value.replaceAll("_x005F_", "_") : value;

export type ShownCell = { readonly type: string; readonly value: string | number | null };

export const shownAs = (cell: SheetCell | undefined): ShownCell | null =>
  cell ? { type: cell.type, value: unescaped(cell.value) } : null;

/** What must stand in the cell of a value; null = nothing. */
export function createExpectedCell({ language, timeZone }: DocumentHead) {
  const format = createCellFormat(language, timeZone);
  const visible = createVisibleCharacters();
  return ({ kind }: Pick<Column, "kind">, value: Cell): ShownCell | null => {
    if (value === null || value === "") return null;
    if (kind === "text") return { type: "s", value: visible.of(value as string) };
    if (kind === "date") return { type: "d", value: `${value}T00:00:00` };
    if (kind === "instant") {
      const shown = new Date(value as string).toLocaleString("sv-SE", { timeZone });
      return { type: "d", value: shown.replace(" ", "T") };
    }
    const number = typeof value === "string" ? value : value.amount;
    return digitsOf(number) > 15
      ? { type: "s", value: format.cell(kind, value) }
      : // Excel has no -0.
        { type: "n", value: Number(kind === "percent" ? `${number}e-2` : number) + 0 };
  };
}

/** The cells of a table's sums, in the order of the model: each label on a line, or more where a column has several. */
export function sumCellsOf(
  sheet: Sheet,
  { table, rows, sums }: ModelTable,
): (SheetCell | undefined)[] {
  const places = placesOf(table);
  const lines: { label: string; columns: Set<string> }[] = [];
  return sums.map(({ label, column }) => {
    let line = lines.findIndex((taken) => taken.label === label && !taken.columns.has(column));
    if (line < 0) line = lines.push({ label, columns: new Set() }) - 1;
    lines[line]?.columns.add(column);
    const letter = places.find((place) => place.column.id === column)?.letter;
    return sheet.cells[`${letter}${rows.length + 3 + line}`];
  });
}
