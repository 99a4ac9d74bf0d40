import {
  addDecimals,
  compareDecimals,
  type DecimalString,
  divideDecimals,
  fractionDigits,
  multiplyRounded,
  negate,
  parseDecimal,
  roundDecimal,
  shiftPoint,
  signOf,
  subtractDecimals,
  zero,
} from "./decimal.ts";
import { invalidField } from "./errors.ts";

declare const currencyBrand: unique symbol;
/** 2 to 12 upper-case letters and digits: ISO 4217 ("EUR") or a ticker ("1INCH"). */
export type CurrencyCode = string & { readonly [currencyBrand]: true };

/** An amount of one currency. On the wire `{"amount":"12.34","currency":"USD"}`. */
export type Money = { readonly amount: DecimalString; readonly currency: CurrencyCode };

/** How many decimals each currency has; undefined = not a currency we know. A synchronous snapshot. */
export type Scales = { digitsOf(currency: CurrencyCode): number | undefined };

const codePattern = /^[A-Z0-9]{2,12}$/;

export const isCurrencyCode = (text: string): text is CurrencyCode => codePattern.test(text);

export function parseCurrencyCode(text: string, path = "currency"): CurrencyCode {
  if (!isCurrencyCode(text))
    throw invalidField(
      path,
      'Must be a currency code like "EUR": 2 to 12 upper-case letters or digits.',
    );
  return text;
}

/** The currency's decimals; an unknown currency is a 422 that names `path`. */
export function scaleOf(scales: Scales, currency: CurrencyCode, path = "currency"): number {
  const digits = scales.digitsOf(currency);
  if (digits === undefined) throw invalidField(path, "Is not a currency of the catalogue.");
  return digits;
}

/** A code of the catalogue; any other is a 422 that names `path`. */
export function parseKnownCurrency(text: string, scales: Scales, path = "currency"): CurrencyCode {
  const currency = parseCurrencyCode(text, path);
  scaleOf(scales, currency, path);
  return currency;
}

/** Refuses unknown currencies and more decimals than the currency has (never rounds); pads to the currency's decimals. */
export function parseMoney(
  input: { readonly amount: string; readonly currency: string },
  scales: Scales,
  path = "",
): Money {
  const currency = parseCurrencyCode(input.currency, `${path}/currency`);
  const digits = scaleOf(scales, currency, `${path}/currency`);
  return { amount: parseAmount(input.amount, digits, `${path}/amount`), currency };
}

/** An amount of a currency with `digits` decimals: more of them are a 422 that names `path`, fewer are filled up. */
export function parseAmount(text: string, digits: number, path = "amount"): DecimalString {
  const amount = parseDecimal(text, path);
  if (fractionDigits(amount) > digits)
    throw invalidField(path, `Has more than the ${digits} decimals of its currency.`);
  // Most amounts are written with all their decimals: nothing to do, but for "-0.00".
  const complete = fractionDigits(amount) === digits && !amount.startsWith("-");
  return complete ? amount : roundDecimal(amount, digits);
}

function sameCurrency(a: Money, b: Money): void {
  if (a.currency !== b.currency)
    throw new TypeError(`amounts of ${a.currency} and ${b.currency} cannot be combined`);
}

/** Throws a TypeError on unlike currencies: adding them is a defect, not an input error. */
export function addMoney(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return { amount: addDecimals(a.amount, b.amount), currency: a.currency };
}

export function subtractMoney(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return { amount: subtractDecimals(a.amount, b.amount), currency: a.currency };
}

export function compareMoney(a: Money, b: Money): -1 | 0 | 1 {
  sameCurrency(a, b);
  return compareDecimals(a.amount, b.amount);
}

export const negateMoney = (money: Money): Money => ({ ...money, amount: negate(money.amount) });

/** `currency` is needed for the empty sum. */
export const sumMoney = (amounts: readonly Money[], currency: CurrencyCode): Money =>
  amounts.reduce(addMoney, { amount: zero, currency });

/** `amount x rate`, rounded half-even once to the target's decimals. `rate` = units of `to` for one unit of the source. */
export function convertMoney(
  money: Money,
  rate: DecimalString,
  to: CurrencyCode,
  digits: number,
): Money {
  return { amount: multiplyRounded(money.amount, rate, digits), currency: to };
}

/**
 * Divides an amount by weights so that the parts add up to the whole (largest remainder method; ties go to the
 * earlier part). `digits` = decimals of the currency. Weights are non-negative and not all zero; the amount has no
 * more than `digits` decimals.
 */
export function splitMoney(
  money: Money,
  weights: readonly DecimalString[],
  digits: number,
): Money[] {
  if (weights.some((weight) => signOf(weight) < 0)) throw new RangeError("negative weight");
  const total = weights.reduce(addDecimals, zero);
  if (signOf(total) === 0) throw new RangeError("weights add up to zero");
  if (fractionDigits(money.amount) > digits)
    throw new RangeError("amount is finer than its currency");
  const negative = signOf(money.amount) < 0;
  const units = BigInt(shiftPoint(negative ? negate(money.amount) : money.amount, digits));
  // Whole numbers of minor units and of weight: the remainders compare exactly.
  const places = Math.max(0, ...weights.map(fractionDigits));
  const shares = weights.map((weight) => BigInt(shiftPoint(weight, places)));
  const whole = shares.reduce((sum, share) => sum + share, 0n);
  const parts = shares.map((share, index) => ({
    index,
    units: (units * share) / whole,
    remainder: (units * share) % whole,
  }));
  let left = units - parts.reduce((sum, part) => sum + part.units, 0n);
  const byRemainder = parts.toSorted((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const part of byRemainder) {
    if (left === 0n) break;
    part.units += 1n;
    left -= 1n;
  }
  return parts.map((part) => {
    const amount = shiftPoint(`${negative ? -part.units : part.units}` as DecimalString, -digits);
    return { amount: roundDecimal(amount, digits), currency: money.currency };
  });
}

/** `part / whole` as a ratio of like amounts. */
export function ratioOf(part: Money, whole: Money): DecimalString {
  sameCurrency(part, whole);
  return divideDecimals(part.amount, whole.amount);
}
