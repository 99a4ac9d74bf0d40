import {
  addDecimals,
  compareDecimals,
  type DecimalString,
  negate,
  signOf,
  subtractDecimals,
} from "#platform/kernel/decimal";
import { readNumber, takeApart } from "./import-amount.ts";
import type { AmountSign, FileFacts, ImportFormat } from "./import-format.ts";
import { amountOf } from "./import-row.ts";

/** Fewer steps from balance to balance than these prove nothing. */
const minSteps = 2;
/** Rows of one day may stand in another order than they were booked. */
const minShare = 0.8;

/**
 * Whether balances in the first rows go up by the amounts as they are written, or down by them; in a file that begins
 * with the oldest or the newest. null = there are none, or they tell nothing.
 */
export function signByBalances(format: ImportFormat, file: FileFacts): AmountSign | null {
  const column = format.columns.balance;
  if (column === undefined) return null;
  const rows = file.head.slice(file.headerRows).flatMap((cells) => {
    const balance = signedNumber(cells[column] ?? "", format);
    const amount = amountOf(format, cells, null);
    return balance === null || "fault" in amount ? [] : [{ balance, amount: amount.value }];
  });
  const steps = rows.length - 1;
  if (steps < minSteps) return null;
  // [the oldest first, the newest first]
  const asWritten: [number, number] = [0, 0];
  const inverted: [number, number] = [0, 0];
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1];
    if (!before) continue;
    const risen = subtractDecimals(row.balance, before.balance);
    if (compareDecimals(risen, row.amount) === 0) asWritten[0] += 1;
    if (isOpposite(risen, row.amount)) inverted[0] += 1;
    if (isOpposite(risen, before.amount)) asWritten[1] += 1;
    if (compareDecimals(risen, before.amount) === 0) inverted[1] += 1;
  }
  const [straight, turned] = [Math.max(...asWritten), Math.max(...inverted)];
  if (straight === turned || Math.max(straight, turned) < steps * minShare) return null;
  return straight > turned ? "as_written" : "inverted";
}

const isOpposite = (a: DecimalString, b: DecimalString) => signOf(addDecimals(a, b)) === 0;

function signedNumber(cell: string, { decimal }: ImportFormat): DecimalString | null {
  const written = takeApart(cell);
  const number = written && readNumber(written.number, decimal);
  if (!written || number === null) return null;
  return written.direction === "out" ? negate(number) : number;
}
