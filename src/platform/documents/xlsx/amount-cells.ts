import type { Money } from "../../kernel/money.ts";
import { moneyOf } from "../formatting.ts";
import type { Cell, TotalRow } from "../model.ts";
import { excelNumber } from "./excel-value.ts";
import { addsUp, addTerm, emptySum, type FloatSum } from "./float-sum.ts";
import { addressOf, putFormula, type SheetRow } from "./sheet-row.ts";
import type { TableColumn } from "./table-columns.ts";
import type { XlsxFile } from "./xlsx-file.ts";

export type AmountCells = {
  /** All amounts of a row, with the codes beside them; columns that are the sum of others as formulas. */
  writeRow(row: SheetRow, cells: readonly Cell[]): void;
  /** A sum over all rows, as a formula where one comes to it. */
  writeSum(row: SheetRow, sum: TotalRow["sums"][number]): void;
};

/** `firstRow`: where the rows of the table begin; the sums come after all of them. */
export function createAmountCells(
  { writers, looks, deviations }: Pick<XlsxFile, "writers" | "looks" | "deviations">,
  sheet: string,
  columns: readonly TableColumn[],
  firstRow: number,
): AmountCells {
  const amounts = columns.filter(({ column }) => column.kind === "money");
  const inRows = writers.into(sheet, looks.row);
  const codesOfRows = writers.into(sheet, looks.code);
  const inTotals = writers.into(sheet, looks.total);
  const codesOfTotals = writers.into(sheet, looks.totalCode);
  /** By index of the column, then by currency. */
  const sums = columns.map(() => new Map<string, FloatSum>());
  /** Of the row that is being written, by index. */
  const doubles: (number | null)[] = columns.map(() => null);
  let lastRow = firstRow - 1;

  function addToSum(index: number, { currency }: Money, double: number | null) {
    const ofColumn = sums[index];
    let sum = ofColumn?.get(currency);
    if (!sum) {
      sum = emptySum();
      ofColumn?.set(currency, sum);
    }
    addTerm(sum, double);
  }

  const notAFormula = (row: SheetRow, position: number) =>
    deviations.add("plainSums", `${sheet}!${addressOf(row, position)}`);

  /** Whether the sum of other cells of the row comes to this amount in Excel. */
  function isSumOfRow(
    { addends }: TableColumn,
    money: Money,
    double: number,
    cells: readonly Cell[],
  ) {
    const sum = emptySum();
    for (const { index } of addends) {
      const addend = moneyOf(cells[index] ?? null);
      if (addend && addend.currency !== money.currency)
        throw new TypeError("amounts of unlike currencies are added in a row");
      if (addend) addTerm(sum, doubles[index] ?? null);
    }
    return addsUp(sum, double, writers.digitsOf(money));
  }

  function writeAmount(row: SheetRow, at: TableColumn, money: Money, cells: readonly Cell[]) {
    const { column, index, position, code, addends } = at;
    if (column.currency !== undefined && column.currency !== money.currency)
      throw new TypeError(`column ${column.id} has an amount of another currency`);
    const double = doubles[index] ?? null;
    addToSum(index, money, double);
    inRows.writeMoney(row, position, money, double);
    if (code) codesOfRows.writeText(row, code.position, money.currency);
    if (double === null || addends.length === 0) return;
    if (!isSumOfRow(at, money, double, cells)) return notAFormula(row, position);
    const formula = addends.map(({ letter }) => `${letter}${row.number}`).join("+");
    const style = looks.row.money(money.currency, writers.digitsOf(money));
    putFormula(row, position, formula, double, style);
  }

  return {
    writeRow(row, cells) {
      lastRow = row.number;
      for (const { index } of amounts) {
        const money = moneyOf(cells[index] ?? null);
        doubles[index] = money && excelNumber(money.amount);
      }
      for (const at of amounts) {
        const money = moneyOf(cells[at.index] ?? null);
        if (money) writeAmount(row, at, money, cells);
      }
    },
    writeSum(row, { column: id, value }) {
      const at = amounts.find(({ column }) => column.id === id);
      if (!at) throw new TypeError(`there is no column of amounts ${id} to sum`);
      const { index, position, letter, code } = at;
      const total = excelNumber(value.amount);
      inTotals.writeMoney(row, position, value, total);
      if (code) codesOfTotals.writeText(row, code.position, value.currency);
      if (total === null) return;
      const cells = sums[index]?.get(value.currency) ?? emptySum();
      const digits = writers.digitsOf(value);
      const isSum = addsUp(cells, total, digits);
      if (cells.terms === 0) return;
      if (!isSum) return notAFormula(row, position);
      const range = (of: string) => `${of}$${firstRow}:${of}$${lastRow}`;
      const formula = code
        ? `SUMIF(${range(code.letter)},${code.letter}${row.number},${range(letter)})`
        : `SUM(${range(letter)})`;
      putFormula(row, position, formula, total, looks.total.money(value.currency, digits));
    },
  };
}
