import {
  addDecimals,
  type DecimalString,
  signOf,
  subtractDecimals,
  zero,
} from "#platform/kernel/decimal";
import type { Money } from "#platform/kernel/money";
import { type ModelFrame, shownBase } from "./model-frame.ts";

/** What the shown figures lack to be the whole, which was rounded once; null when they lack nothing. */
export function roundingOf(
  frame: ModelFrame,
  whole: DecimalString,
  shown: Iterable<Money | null>,
): Money | null {
  const sum = sumOf([...shown].flatMap((money) => money?.amount ?? []));
  const left = subtractDecimals(whole, sum);
  return signOf(left) === 0 ? null : shownBase(frame, left);
}

export const sumOf = (amounts: Iterable<DecimalString>): DecimalString =>
  [...amounts].reduce((sum, amount) => addDecimals(sum, amount), zero);
