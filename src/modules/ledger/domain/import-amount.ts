import { type DecimalString, isDecimal } from "#platform/kernel/decimal";
import type { DecimalMark } from "./import-format.ts";
import { directionOf } from "./import-sign.ts";

const maxAmountCharacters = 80;

const sign = "([+\\-\u2212\u2013])?";
const currency = "([₺€$£¥]|(?!(?:cr|dr)\\b)[a-z]{2,3}[$₺]?|[a-z]{1,2}\\$)?";
/** One amount, with all that banks write around it: "(1.234,56)", "-₺ 1 234.50", "123,45- EUR", "99,00 S". */
const written = new RegExp(
  `^(\\()?\\s*${sign}\\s*${currency}\\s*${sign}\\s*(\\d[\\d.,'’ ]*|[.,]\\d+)\\s*${sign}\\s*${currency}\\s*${sign}\\s*(soll|haben|borç|alacak|dr|cr|[shdcba])?\\s*(\\))?$`,
  "iu",
);
const grouped = (marks: string) => `[1-9]\\d{0,2}(?:([${marks}])\\d{3})(?:\\1\\d{3})*`;
const numbers: Readonly<Record<DecimalMark, RegExp>> = {
  comma: new RegExp(`^(?:(\\d*)|(${grouped(".'’ ").replaceAll("\\1", "\\3")}))(?:,(\\d+))?$`),
  point: new RegExp(`^(?:(\\d*)|(${grouped(",'’ ").replaceAll("\\1", "\\3")}))(?:\\.(\\d+))?$`),
};

/** A cell taken apart. */
export type WrittenAmount = {
  /** Digits with what stands between them. */
  readonly number: string;
  /** What says where the money went: a minus or parentheses, a plus, or a letter (S, H, CR); none = nothing does. */
  readonly direction: "out" | "in" | "none";
  /** By a letter or word, which means it whatever else is counted. */
  readonly marked: boolean;
  /** As it is written: "TL", "€". */
  readonly currency: string | null;
};

/** Takes an amount apart; null = it is none ("1e400", "12%", "1-2"). */
export function takeApart(cell: string): WrittenAmount | null {
  if (cell === "" || cell.length > maxAmountCharacters || !/\d/.test(cell)) return null;
  const match = written.exec(cell.replace(/[\u00a0\u202f\u2009\u2007]/g, " "));
  if (!match) return null;
  const [, open, s1, c1, s2, number = "", s3, c2, s4, mark, close] = match;
  const signs = [s1, s2, s3, s4].filter((each) => each !== undefined);
  if ((open === undefined) !== (close === undefined)) return null;
  if (c1 !== undefined && c2 !== undefined) return null;
  // More than one statement about the direction is none.
  if (signs.length + (open ? 1 : 0) + (mark ? 1 : 0) > 1) return null;
  const marked = mark === undefined ? null : directionOf(mark);
  if (mark !== undefined && marked === null) return null;
  const direction =
    marked ?? (open ? "out" : signs[0] ? (signs[0] === "+" ? "in" : "out") : "none");
  return {
    number: number.trim(),
    direction,
    marked: marked !== null,
    currency: c1 ?? c2 ?? null,
  };
}

/** The number with a point and without groups ("1.234,50" -> "1234.50"); null = it is none with that decimal mark. */
export function readNumber(number: string, decimal: DecimalMark): DecimalString | null {
  const match = numbers[decimal].exec(number);
  if (!match) return null;
  const whole = (match[1] ?? match[2] ?? "").replace(/\D/g, "").replace(/^0+(?=\d)/, "");
  const fraction = match[4];
  if (whole === "" && fraction === undefined) return null;
  const text = `${whole || "0"}${fraction === undefined ? "" : `.${fraction}`}`;
  return isDecimal(text) ? text : null;
}

/** Whether a comma or point with three digits behind it may group thousands as well as end the whole number. */
export const isGroupOrFraction = (number: string): boolean =>
  /^[1-9]\d{0,2}[.,]\d{3}$/.test(number);
