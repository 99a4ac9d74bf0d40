import { type DecimalString, fractionDigits } from "../../kernel/decimal.ts";
import type { CurrencyCode, Money } from "../../kernel/money.ts";
import type { Instant, LocalDate } from "../../kernel/time.ts";
import { createCellFormat } from "../formatting.ts";
import type { Cell, CellKind, DocumentHead } from "../model.ts";
import { wallClockOf } from "../wall-clock.ts";
import type { CellStyles } from "./cell-styles.ts";
import type { Deviations } from "./deviations.ts";
import { excelDay, excelNumber, excelText, excelTime, maxTextLength } from "./excel-value.ts";
import { putNumber, putText, type SheetRow } from "./sheet-row.ts";

/**
 * Puts the model's values into cells of one sheet and look, at a position of a row: numbers and days as such wherever Excel
 * keeps all of them.
 */
export type CellWriter = {
  write(row: SheetRow, at: number, kind: CellKind, value: Cell): void;
  /** `double`: what excelNumber gave for the amount. */
  writeMoney(row: SheetRow, at: number, money: Money, double: number | null): void;
  /** As text whatever it is; nothing for "". */
  writeText(row: SheetRow, at: number, text: string): void;
};

export type CellWriters = {
  into(sheet: string, styles: CellStyles): CellWriter;
  /** The decimals of an amount's currency: the most that any amount of it has had so far. */
  digitsOf(money: Money): number;
};

export function createCellWriters(
  { language, timeZone }: DocumentHead,
  show: (text: string) => string,
  deviations: Deviations,
): CellWriters {
  const format = createCellFormat(language, timeZone);
  const wallClock = wallClockOf(timeZone);
  const digits = new Map<CurrencyCode, number>();

  function digitsOf({ amount, currency }: Money): number {
    const known = digits.get(currency) ?? 0;
    const own = fractionDigits(amount);
    if (own <= known) return known;
    digits.set(currency, own);
    return own;
  }

  const put = (row: SheetRow, at: number, text: string, style: number) =>
    putText(row, at, excelText(text, show), style);

  function into(sheet: string, styles: CellStyles): CellWriter {
    function writeText(row: SheetRow, at: number, text: string) {
      if (text === "") return;
      if (text.length > maxTextLength) deviations.add("longTexts", sheet);
      put(row, at, text, styles.text);
    }
    function writeMoney(row: SheetRow, at: number, money: Money, double: number | null) {
      if (double !== null)
        putNumber(row, at, double, styles.money(money.currency, digitsOf(money)));
      else writeLongNumber(row, at, "money", money);
    }
    function writeNumber(
      row: SheetRow,
      at: number,
      kind: "number" | "percent",
      value: DecimalString,
    ) {
      const double = excelNumber(value, kind === "percent" ? -2 : 0);
      if (double !== null) putNumber(row, at, double, styles[kind](fractionDigits(value)));
      else writeLongNumber(row, at, kind, value);
    }
    function writeLongNumber(row: SheetRow, at: number, kind: CellKind, value: Cell) {
      deviations.add("longNumbers", sheet);
      put(row, at, format.cell(kind, value), styles.numberText);
    }
    function writeTime(row: SheetRow, at: number, kind: "date" | "instant", value: string) {
      const double =
        kind === "date" ? excelDay(value as LocalDate) : excelTime(wallClock(value as Instant));
      if (double !== null)
        return putNumber(row, at, double, kind === "date" ? styles.day : styles.time);
      deviations.add("earlyDays", sheet);
      put(row, at, format.inColumn(kind, value), styles.text);
    }
    return {
      writeMoney,
      writeText,
      write(row, at, kind, value) {
        if (value === null) return;
        if (typeof value !== "string") return writeMoney(row, at, value, excelNumber(value.amount));
        switch (kind) {
          case "date":
          case "instant":
            return writeTime(row, at, kind, value);
          case "number":
          case "percent":
            return writeNumber(row, at, kind, value as DecimalString);
          default:
            return writeText(row, at, value);
        }
      },
    };
  }

  return { into, digitsOf };
}
