import { type DecimalString, signOf } from "#platform/kernel/decimal";
import { invalidField } from "#platform/kernel/errors";
import { type CurrencyCode, type Money, parseMoney, type Scales } from "#platform/kernel/money";

/**
 * Digits before the point of one amount: a million of the largest still add up to a sum that the kernel can hold
 * (24 digits).
 */
export const maxAmountIntegerDigits = 18;

/** An amount as clients send one. */
export type MoneyInput = { readonly amount: string; readonly currency: string };

/** Signed, with the decimals of its currency. 422 naming `path` for what the currency or the ledger cannot hold. */
export function readMoney(input: MoneyInput, scales: Scales, path: string): Money {
  const money = parseMoney(input, scales, path);
  requireSize(money.amount, `${path}/amount`);
  return money;
}

/** The same where the currency is known before: naming another one is a 422 that says whose it is not. */
export function readMoneyIn(
  currency: { readonly code: CurrencyCode; readonly of: string },
  input: MoneyInput,
  scales: Scales,
  path: string,
): Money {
  if (input.currency !== currency.code)
    throw invalidField(`${path}/currency`, `Is not the currency of ${currency.of}.`);
  return readMoney(input, scales, path);
}

/** More than zero: the kind of a transaction tells the direction. */
export function readPositiveMoney(input: MoneyInput, scales: Scales, path: string): Money {
  const money = readMoney(input, scales, path);
  requirePositive(money.amount, `${path}/amount`);
  return money;
}

export function requirePositive(amount: DecimalString, path: string): void {
  if (signOf(amount) <= 0) throw invalidField(path, "Must be more than zero.");
}

export function requireSize(amount: DecimalString, path: string): void {
  const [integer = ""] = amount.replace("-", "").split(".");
  if (integer.length > maxAmountIntegerDigits)
    throw invalidField(path, `Has more than ${maxAmountIntegerDigits} digits before the point.`);
}
