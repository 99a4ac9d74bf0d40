import { fractionDigits, roundDecimal } from "#platform/kernel/decimal";
import type { Money } from "#platform/kernel/money";

/** Sums drop zeros at the end; this writes one with all the decimals that an amount of the same currency has. */
export const fullDecimals = ({ amount, currency }: Money, like: Money): Money => ({
  amount: roundDecimal(amount, fractionDigits(like.amount)),
  currency,
});
