import type { Cell as SheetCell } from "exceljs";
import { type DecimalString, fractionDigits } from "../../kernel/decimal.ts";
import type { CurrencyCode, Money } from "../../kernel/money.ts";
import type { Instant, LocalDate } from "../../kernel/time.ts";
import { createCellFormat } from "../formatting.ts";
import type { Cell, CellKind, DocumentHead } from "../model.ts";
import { wallClockOf } from "../wall-clock.ts";
import type { CellStyle, CellStyles } from "./cell-styles.ts";
import type { Deviations } from "./deviations.ts";
import { excelDay, excelNumber, excelText, excelTime, maxTextLength } from "./excel-value.ts";

/** Puts the model's values into cells of one sheet and look: numbers and days as such wherever Excel keeps all of them. */
export type CellWriter = {
  write(cell: SheetCell, kind: CellKind, value: Cell): void;
  /** `double`: what excelNumber gave for the amount. */
  writeMoney(cell: SheetCell, money: Money, double: number | null): void;
  /** As text whatever it is; nothing for "". */
  writeText(cell: SheetCell, text: string): void;
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

  function into(sheet: string, styles: CellStyles): CellWriter {
    function writeText(cell: SheetCell, text: string) {
      if (text === "") return;
      if (text.length > maxTextLength) deviations.add("longTexts", sheet);
      putText(cell, text, styles.text);
    }
    function writeMoney(cell: SheetCell, money: Money, double: number | null) {
      if (double !== null) put(cell, double, styles.money(money.currency, digitsOf(money)));
      else writeLongNumber(cell, "money", money);
    }
    function writeNumber(cell: SheetCell, kind: "number" | "percent", value: DecimalString) {
      const double = excelNumber(value, kind === "percent" ? -2 : 0);
      if (double !== null) put(cell, double, styles[kind](fractionDigits(value)));
      else writeLongNumber(cell, kind, value);
    }
    function writeLongNumber(cell: SheetCell, kind: CellKind, value: Cell) {
      deviations.add("longNumbers", sheet);
      putText(cell, format.cell(kind, value), styles.numberText);
    }
    function writeTime(cell: SheetCell, kind: "date" | "instant", value: string) {
      const double =
        kind === "date" ? excelDay(value as LocalDate) : excelTime(wallClock(value as Instant));
      if (double !== null) return put(cell, double, kind === "date" ? styles.day : styles.time);
      deviations.add("earlyDays", sheet);
      putText(cell, format.cell(kind, value), styles.text);
    }
    return {
      writeMoney,
      writeText,
      write(cell, kind, value) {
        if (value === null) return;
        if (typeof value !== "string") return writeMoney(cell, value, excelNumber(value.amount));
        switch (kind) {
          case "date":
          case "instant":
            return writeTime(cell, kind, value);
          case "number":
          case "percent":
            return writeNumber(cell, kind, value as DecimalString);
          default:
            return writeText(cell, value);
        }
      },
    };
  }

  /** As one run of text, which is stored in the cell: exceljs would mark plain text as what a formula has given. */
  function putText(cell: SheetCell, text: string, style: CellStyle): void {
    cell.value = { richText: [{ text: excelText(text, show) }] };
    cell.style = style;
  }

  return { into, digitsOf };
}

function put(cell: SheetCell, value: number, style: CellStyle): void {
  cell.value = value;
  cell.style = style;
}
