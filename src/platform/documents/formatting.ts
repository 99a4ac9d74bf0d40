import { type DecimalString, fractionDigits } from "../kernel/decimal.ts";
import type { Money } from "../kernel/money.ts";
import { type Instant, type LocalDate, startOfUtcDay } from "../kernel/time.ts";
import type { Cell, CellKind, DocumentLanguage } from "./model.ts";

export type CellFormat = {
  /**
   * As people of the language write it: "1.234,50 EUR". Nothing is rounded; null is "". Months are words and hours go to
   * 24 ("4 December 2026, 21:37:02 CET"): nobody has to know whose custom 12/04/2026 follows.
   */
  cell(kind: CellKind, value: Cell): string;
  /** As {@link cell}, with short names of months: "4 Dec 2026, 21:37:02 CET". */
  inColumn(kind: CellKind, value: Cell): string;
  /** An amount without its currency. */
  amount(amount: DecimalString): string;
};

/** Days of English are written with the day first, as our mails and screens do. */
const dayLanguage = (language: DocumentLanguage): string =>
  language === "en-US" ? "en-GB" : language;

/** Exact: numbers are formatted from their decimal text (ECMA-402 takes text with all of its digits). */
export function createCellFormat(language: DocumentLanguage, timeZone: string): CellFormat {
  const byDigits = new Map<number, Intl.NumberFormat>();
  const dayIn = (month: "long" | "short", zone: string) =>
    new Intl.DateTimeFormat(dayLanguage(language), {
      ...{ year: "numeric", month, day: "numeric", timeZone: zone },
    });
  const time = new Intl.DateTimeFormat(dayLanguage(language), {
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
    ...{ timeZone, timeZoneName: "short" },
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

  function written(month: "long" | "short") {
    const [day, dayThere] = [dayIn(month, "UTC"), dayIn(month, timeZone)];
    return (kind: CellKind, value: Cell): string => {
      if (value === null) return "";
      if (typeof value !== "string") return `${amount(value.amount)} ${value.currency}`;
      switch (kind) {
        case "date":
          return day.format(new Date(startOfUtcDay(value as LocalDate)));
        case "instant": {
          const at = new Date(value as Instant);
          return `${dayThere.format(at)}, ${time.format(at)}`;
        }
        case "number":
          return amount(value as DecimalString);
        case "percent":
          return language === "tr-TR"
            ? `%${amount(value as DecimalString)}`
            : `${amount(value as DecimalString)}${language === "de-DE" ? "\u00a0" : ""}%`;
        default:
          return value;
      }
    };
  }

  return { amount, cell: written("long"), inColumn: written("short") };
}

/** A cell of a column of amounts; text in one is a defect of whoever made the model. */
export function moneyOf(value: Cell): Money | null {
  if (value === null || typeof value !== "string") return value;
  throw new TypeError("a column of amounts has text in it");
}
