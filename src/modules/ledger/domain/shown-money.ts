import { type DecimalString, fractionDigits, roundDecimal } from "#platform/kernel/decimal";
import type { CurrencyCode, Money, Scales } from "#platform/kernel/money";

/** An amount as answers show it: with all the decimals of its currency, rounded half-even where it has more. */
export const shownMoney = (
  amount: DecimalString,
  currency: CurrencyCode,
  scales: Scales,
): Money => ({
  amount: roundDecimal(amount, scales.digitsOf(currency) ?? fractionDigits(amount)),
  currency,
});
