import {
  addDecimals,
  compareDecimals,
  type DecimalString,
  multiplyDecimals,
  one,
  parseDecimal,
} from "#platform/kernel/decimal";
import type { QuoteDirection } from "../contract.ts";

/** A rate with its direction; two of one currency against one pivot can be compared. */
export type DirectedRate = { readonly rate: DecimalString; readonly direction: QuoteDirection };

/** Two quotes of the same jump are taken for the same news when they lie this close together. */
export const confirmationTolerance = parseDecimal("0.1");

/**
 * Whether the two differ by more than `bound` as a ratio, in either direction alike: with 0.5, 100 -> 151 and
 * 151 -> 100 are both jumps. The direction of quoting does not matter.
 */
export function isJump(a: DirectedRate, b: DirectedRate, bound: DecimalString): boolean {
  const allowed = addDecimals(one, bound);
  // x per pivot and y in pivot describe the same value when x * y = 1.
  const [left, right] =
    a.direction === b.direction ? [a.rate, b.rate] : [multiplyDecimals(a.rate, b.rate), one];
  return (
    compareDecimals(left, multiplyDecimals(right, allowed)) > 0 ||
    compareDecimals(right, multiplyDecimals(left, allowed)) > 0
  );
}
