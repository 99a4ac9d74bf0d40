import type { DecimalString } from "../../kernel/decimal.ts";
import { epochMs, type LocalDate, startOfUtcDay } from "../../kernel/time.ts";

/** What Excel keeps of a number; a double keeps them all. */
export const maxSignificantDigits = 15;
/** Of a cell, in UTF-16 code units. */
export const maxTextLength = 32_767;

/** The double that stands for a decimal; null when Excel would lose digits. `exponent`: that of a power of ten to multiply by. */
export function excelNumber(value: DecimalString, exponent = 0): number | null {
  // The minus and the point are no digits, but most values are short.
  if (value.length > maxSignificantDigits && significantDigits(value) > maxSignificantDigits)
    return null;
  return Number(exponent === 0 ? value : `${value}e${exponent}`);
}

const significantDigits = (value: DecimalString): number =>
  value.replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "").length;

const dayMs = 86_400_000;
/** 1970-01-01 in the 1900 date system. */
const unixEpochDay = 25_569;
/** 1900-03-01: before it Excel counts a 29 February that was none. */
const firstRightDay = 61;

/** Days of Excel's 1900 date system with the time as their fraction; null for what it does not count rightly. */
export function excelTime(ms: number): number | null {
  const days = unixEpochDay + ms / dayMs;
  return days >= firstRightDay ? days : null;
}

export const excelDay = (day: LocalDate): number | null => excelTime(epochMs(startOfUtcDay(day)));

/** Characters of which most texts are made, and of which none is changed. */
const plain = /^[\t\n\u0020-\u005E\u0060-\u007E\u00A0-\u024F\u0400-\u0481\u20A0-\u20BF]*$/;

/**
 * Text as a cell takes it: with `show` applied, which leaves nothing that XML forbids, and with no "_x000D_", which Excel
 * would read as the character of that number (ECMA-376 part 1, 22.9.2.19, ST_Xstring). Longer text is cut and ends with "…".
 */
export function excelText(text: string, show: (text: string) => string): string {
  if (text.length <= maxTextLength && plain.test(text)) return text;
  return cutText(show(text), maxTextLength).replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_");
}

/** At most `length` UTF-16 code units, not ended in the middle of a character. */
export const cutText = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
