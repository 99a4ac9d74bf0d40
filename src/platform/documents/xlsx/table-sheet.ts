import { isNumeric } from "../column-text.ts";
import type { Cell, Table, TotalRow } from "../model.ts";
import { createAmountCells } from "./amount-cells.ts";
import type { CellStyles } from "./cell-styles.ts";
import { portraitWidth, widthsOf } from "./column-widths.ts";
import { fitHeight } from "./row-height.ts";
import { letterOf, newRow, putNothing, type SheetRow } from "./sheet-row.ts";
import { placeColumns, titlesOf } from "./table-columns.ts";
import type { XlsxFile } from "./xlsx-file.ts";

/** Rows whose cells say how wide their columns must be. */
const measuredRows = 200;
/** Of the first row under the header. */
const firstRow = 2;

export type TableSheet = {
  readonly title: string;
  /** Of the sheet. */
  readonly name: string;
  row(cells: readonly Cell[]): void;
  /** With sums under an empty row, which ends what Excel takes for the table. */
  end(totals: readonly TotalRow[]): void;
  rows(): number;
};

/** A table on a sheet of its own, which begins with the header row, as programs expect it. */
export function openTableSheet(file: XlsxFile, table: Table): TableSheet {
  const { workbook, writers, looks, words, page, format } = file;
  const name = file.nameOf(table.title);
  const sheet = workbook.addSheet(name, {
    views: [{ state: "frozen", ySplit: 1 }],
    pageSetup: { ...page.pageSetup, printTitlesRow: "1:1" },
    headerFooter: page.headerFooter,
  });
  const columns = placeColumns(table);
  const titles = titlesOf(columns, words, file.head.timeZone);
  const texts = columns.filter(({ column }) => column.kind === "text");
  const others = columns.filter(({ column }) => column.kind !== "money");
  const amounts = createAmountCells(file, name, columns, firstRow);
  const inRows = writers.into(name, looks.row);
  const inTotals = writers.into(name, looks.total);
  /** Rows that wait for the widths of their columns, which a stream says before its first row. */
  let waiting: { readonly row: SheetRow; readonly cells: readonly Cell[] }[] | null = [];
  let widths: readonly number[] = [];
  let rows = 0;

  const header = newRow(1);
  const writeTitle = (position: number, styles: CellStyles) =>
    writers.into(name, styles).writeText(header, position, titles[position - 1] ?? "");
  for (const { column, position, code } of columns) {
    writeTitle(position, isNumeric(column.kind) ? looks.numericHeader : looks.header);
    if (code) writeTitle(code.position, looks.codeHeader);
  }

  function writeFitted(row: SheetRow, cells: readonly Cell[]) {
    fitHeight(
      row,
      texts.map(({ index, position }) => ({
        text: cells[index] as string | null,
        width: widths[position - 1] ?? 0,
      })),
    );
    sheet.write(row);
  }

  function setWidths(measured: NonNullable<typeof waiting>) {
    waiting = null;
    const lengths = columns.map(({ column, index }) =>
      measured.reduce(
        (longest, { cells }) =>
          Math.max(longest, format.inColumn(column.kind, cells[index] ?? null).length),
        0,
      ),
    );
    widths = widthsOf(columns, titles, lengths);
    sheet.setWidths(widths);
    const whole = widths.reduce((sum, width) => sum + width, 0);
    sheet.setOrientation(whole > portraitWidth ? "landscape" : "portrait");
    fitHeight(
      header,
      titles.map((text, at) => ({ text, width: widths[at] ?? 0 })),
    );
    sheet.write(header);
    for (const { row, cells } of measured) writeFitted(row, cells);
  }

  return {
    ...{ name, title: table.title },
    rows: () => rows,
    row(cells) {
      const row = newRow(firstRow + rows);
      rows += 1;
      amounts.writeRow(row, cells);
      for (const { column, index, position } of others) {
        const value = cells[index] ?? null;
        if (value !== null) inRows.write(row, position, column.kind, value);
      }
      if (waiting) {
        waiting.push({ row, cells });
        if (rows < measuredRows) return;
        setWidths(waiting);
      } else writeFitted(row, cells);
    },
    end(totals) {
      if (waiting) setWidths(waiting);
      const lastRow = firstRow + rows - 1;
      const lastColumn = titles.length;
      sheet.filter(`A1:${letterOf(lastColumn)}${lastRow}`);
      totals.flatMap(inLines).forEach(({ label, sums }, at) => {
        const row = newRow(lastRow + 2 + at);
        for (const sum of sums) amounts.writeSum(row, sum);
        const free = columns.find(({ position }) => row.cells[position] === undefined);
        inTotals.writeText(row, free?.position ?? lastColumn + 1, label);
        for (let position = 1; position <= lastColumn; position++)
          if (row.cells[position] === undefined) putNothing(row, position, looks.total.text);
        sheet.write(row);
      });
      sheet.end();
    },
  };
}

/** One sum a column in each: a label may be about several currencies. */
function inLines({ label, sums }: TotalRow): TotalRow[] {
  const lines: TotalRow["sums"][number][][] = [[]];
  for (const sum of sums) {
    const line = lines.find((taken) => taken.every(({ column }) => column !== sum.column));
    if (line) line.push(sum);
    else lines.push([sum]);
  }
  return lines.map((line) => ({ label, sums: line }));
}
