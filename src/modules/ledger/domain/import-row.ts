import {
  type DecimalString,
  fractionDigits,
  negate,
  roundDecimal,
  signOf,
} from "#platform/kernel/decimal";
import type { LocalDate } from "#platform/kernel/time";
import { maxExternalIdLength, maxNoteLength, maxPayeeLength } from "../bounds.ts";
import { isGroupOrFraction, readNumber, takeApart } from "./import-amount.ts";
import { datesIn, readDate } from "./import-date.ts";
import type { ImportAccount, ImportFormat, RowReading } from "./import-format.ts";
import { mayMean } from "./import-headings.ts";
import { directionOf } from "./import-sign.ts";
import { foldWords } from "./import-words.ts";

/** So much of a cell is repeated in the sentence about it. */
const maxShownCharacters = 40;

type Fault = { readonly fault: string };
type Read<T> = { readonly value: T } | Fault;

/**
 * What a row says under this format, for this account: `cells` as the splitter cut them. A row that does not say it
 * beyond doubt is a fault: another number of cells than the others, no real day, an amount that is none or that its
 * currency cannot have, one in another currency, both debit and credit, a direction that is said twice.
 */
export function readRow(
  format: ImportFormat,
  cells: readonly string[],
  account: ImportAccount,
): RowReading {
  const moved = movedCells(format, cells);
  if (moved) return moved;
  const date = dateOf(format, cells);
  if ("fault" in date) return date;
  if (cells.some(isBalanceLine)) return { fault: "The row states a balance, not a transaction." };
  const amount = amountOf(format, cells, account);
  if ("fault" in amount) return amount;
  const externalId = cellOf(cells, format.columns.externalId);
  if (externalId.length > maxExternalIdLength)
    return { fault: `The bank's id is longer than ${maxExternalIdLength} characters.` };
  return {
    date: date.value,
    amount: roundDecimal(
      format.sign === "inverted" ? negate(amount.value) : amount.value,
      account.digits,
    ),
    payee: textOf(cells, format.columns.payee, maxPayeeLength),
    note: textOf(cells, format.columns.note, maxNoteLength),
    externalId: externalId === "" ? null : externalId,
  };
}

const cellOf = (cells: readonly string[], column: number | undefined): string =>
  column === undefined ? "" : (cells[column] ?? "");

const shown = (cell: string): string =>
  `"${cell.length > maxShownCharacters ? `${cell.slice(0, maxShownCharacters)}…` : cell}"`;

/** Lines with a day and an amount that banks put above and below the transactions. */
const balanceLines = new Set([
  ...["anfangssaldo", "endsaldo", "alter kontostand", "neuer kontostand", "alter saldo"],
  ...["neuer saldo", "kontostand", "saldovortrag", "devreden bakiye", "devir bakiyesi", "devir"],
  ...["donem basi bakiyesi", "donem sonu bakiyesi", "toplam", "genel toplam", "opening balance"],
  ...["closing balance", "balance brought forward", "balance carried forward"],
]);
const maxBalanceLineCharacters = 40;
/** All of them have one of these; to fold every cell would take longer than all the rest. */
const ofBalance = /saldo|kontostand|bak[iıİ]ye|dev[iıİ]r|toplam|balance/i;
const isBalanceLine = (cell: string): boolean =>
  cell.length <= maxBalanceLineCharacters &&
  ofBalance.test(cell) &&
  balanceLines.has(foldWords(cell));

/** A separator within a text that is not in quotes moves the cells behind it; a line that was cut off lacks some. */
function movedCells({ columnCount }: ImportFormat, cells: readonly string[]): Fault | null {
  const isMore = cells.slice(columnCount).some((cell) => cell !== "");
  if (cells.length >= columnCount && !isMore) return null;
  return { fault: `The row has ${cells.length} cells, the others have ${columnCount}.` };
}

function dateOf({ columns, dateOrder }: ImportFormat, cells: readonly string[]): Read<LocalDate> {
  const cell = cellOf(cells, columns.date);
  if (cell === "") return { fault: "The row has no date." };
  const date = readDate(cell, dateOrder);
  if (date) return { value: date };
  return {
    fault: datesIn(cell)
      ? `${shown(cell)} is no date in the order of this file.`
      : `${shown(cell)} is no date of the calendar.`,
  };
}

/**
 * What the account gets by this row, the format's `sign` aside. `account` null: in whatever currency, with the decimals
 * that are written.
 */
export function amountOf(
  format: ImportFormat,
  cells: readonly string[],
  account: ImportAccount | null,
): Read<DecimalString> {
  const { columns } = format;
  const stated = cellOf(cells, columns.currency) || format.currency;
  if (stated && account && !mayMean(stated, account.currency))
    return otherCurrency(stated, account);
  const amount =
    columns.amount === undefined
      ? amountOfTwo(format, cells, account)
      : amountOfOne(format, cellOf(cells, columns.amount), cells, account);
  if ("fault" in amount) return amount;
  return signOf(amount.value) === 0 ? { fault: "The amount is zero." } : amount;
}

/** Debit and credit in columns of their own: one of them is empty, or zero. */
function amountOfTwo(
  format: ImportFormat,
  cells: readonly string[],
  account: ImportAccount | null,
): Read<DecimalString> {
  const debitCell = cellOf(cells, format.columns.debit);
  const creditCell = cellOf(cells, format.columns.credit);
  if (debitCell === "" && creditCell === "") return { fault: "The row has no amount." };
  const debit = debitCell === "" ? null : numberOf(debitCell, format, account);
  const credit = creditCell === "" ? null : numberOf(creditCell, format, account);
  if (debit && "fault" in debit) return debit;
  if (credit && "fault" in credit) return credit;
  const paidOut = debit && signOf(debit.value) !== 0 ? debit : null;
  const paidIn = credit && signOf(credit.value) !== 0 ? credit : null;
  if (paidOut && paidIn) return { fault: "The row has a debit and a credit." };
  if (paidOut) return format.debits === "negative" ? paidOut : { value: negate(paidOut.value) };
  return paidIn ?? { fault: "The amount is zero." };
}

function amountOfOne(
  format: ImportFormat,
  cell: string,
  cells: readonly string[],
  account: ImportAccount | null,
): Read<DecimalString> {
  if (cell === "") return { fault: "The row has no amount." };
  const amount = numberOf(cell, format, account);
  if ("fault" in amount || format.columns.sign === undefined) return amount;
  const marker = cellOf(cells, format.columns.sign);
  const direction = directionOf(marker);
  if (!direction)
    return { fault: `${shown(marker)} does not say whether money went out or came in.` };
  if (takeApart(cell)?.direction !== "none")
    return { fault: `${shown(cell)} and ${shown(marker)} both say which way the money went.` };
  return direction === "out" ? { value: negate(amount.value) } : amount;
}

/** Signed as it is written; with an account, of its currency and with no more than its decimals. */
function numberOf(
  cell: string,
  { decimal }: ImportFormat,
  account: ImportAccount | null,
): Read<DecimalString> {
  const written = takeApart(cell);
  if (!written) return { fault: `${shown(cell)} is no amount.` };
  if (written.currency && account && !mayMean(written.currency, account.currency))
    return otherCurrency(written.currency, account);
  const number = readNumber(written.number, decimal);
  if (number === null) return { fault: `${shown(cell)} is no amount with a decimal ${decimal}.` };
  const fault = account && tooFine(cell, written.number, number, account);
  if (fault) return fault;
  return { value: written.direction === "out" ? negate(number) : number };
}

function tooFine(
  cell: string,
  written: string,
  number: DecimalString,
  account: ImportAccount,
): Fault | null {
  const finer = fractionDigits(number) - account.digits;
  if (finer <= 0) return null;
  // "12,500" may be twelve and a half, and twelve thousand five hundred of somebody who groups by commas.
  if (isGroupOrFraction(written)) return { fault: `${shown(cell)} can be read in two ways.` };
  if (!/[1-9]/.test(number.slice(-finer))) return null;
  return {
    fault: `${shown(cell)} has more than the ${account.digits} decimals of ${account.currency}.`,
  };
}

const otherCurrency = (stated: string, { currency }: ImportAccount): Fault => ({
  fault: `The row is in ${shown(stated)}, the account in ${currency}.`,
});

/** Texts of several columns after one another, each only once, with single spaces; cut to what a transaction takes. */
function textOf(
  cells: readonly string[],
  columns: readonly number[],
  maxCharacters: number,
): string | null {
  const texts = columns.map((column) => cellOf(cells, column).replace(/\s+/g, " "));
  const text = [...new Set(texts)].filter((each) => each !== "").join(" ");
  if (text === "") return null;
  if (text.length <= maxCharacters) return text;
  // Not within a character of two UTF-16 units.
  return `${text.slice(0, maxCharacters - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
