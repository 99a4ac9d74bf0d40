import { type DecimalString, fractionDigits } from "../kernel/decimal.ts";
import type { Money } from "../kernel/money.ts";
import { type Instant, type LocalDate, startOfUtcDay } from "../kernel/time.ts";
import type { Cell, CellKind, DocumentLanguage } from "./model.ts";

export type CellFormat = {
  /** As people of the language write it: "1.234,50 EUR", "30.09.2026". Nothing is rounded; null is "". */
  cell(kind: CellKind, value: Cell): string;
  /** An amount without its currency. */
  amount(amount: DecimalString): string;
};

/** Exact: numbers are formatted from their decimal text (ECMA-402 takes text with all of its digits). */
export function createCellFormat(language: DocumentLanguage, timeZone: string): CellFormat {
  const byDigits = new Map<number, Intl.NumberFormat>();
  const day = new Intl.DateTimeFormat(language, {
    ...{ year: "numeric", month: "2-digit", day: "2-digit" },
    timeZone: "UTC",
  });
  const moment = new Intl.DateTimeFormat(language, {
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
    ...{ second: "2-digit", timeZone, timeZoneName: "short" },
  });

  function amount(value: DecimalString): string {
    const digits = fractionDigits(value);
    let format = byDigits.get(digits);
    if (!format) {
      format = new Intl.NumberFormat(language, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
      byDigits.set(digits, format);
    }
    // TypeScript's types are behind: text is taken as it is, not as a Number.
    return format.format(value as unknown as number);
  }

  return {
    amount,
    cell(kind, value) {
      if (value === null) return "";
      if (typeof value !== "string") return `${amount(value.amount)} ${value.currency}`;
      switch (kind) {
        case "date":
          return day.format(new Date(startOfUtcDay(value as LocalDate)));
        case "instant":
          return moment.format(new Date(value as Instant));
        case "number":
          return amount(value as DecimalString);
        case "percent":
          return language === "tr-TR"
            ? `%${amount(value as DecimalString)}`
            : `${amount(value as DecimalString)}${language === "de-DE" ? "\u00a0" : ""}%`;
        default:
          return value;
      }
    },
  };
}

/** A cell of a column of amounts; text in one is a defect of whoever made the model. */
export function moneyOf(value: Cell): Money | null {
  if (value === null || typeof value !== "string") return value;
  throw new TypeError("a column of amounts has text in it");
}
