import Big from "big.js";
import { invalidField } from "./errors.ts";

declare const decimalBrand: unique symbol;
/** An exact decimal in plain notation: optional minus, no exponent, no leading zeros ("-12.340"). */
export type DecimalString = string & { readonly [decimalBrand]: true };

/** Bounds of every decimal that enters: far above any sum of money, far below what would slow arithmetic down. */
export const maxIntegerDigits = 24;
export const maxFractionDigits = 30;

/** Significant digits kept when a quotient has no end (a cross rate, say): 1e-20 of the value. */
export const quotientDigits = 20;

// Our own constructor: Big's settings are global otherwise. `strict` refuses JavaScript numbers at run time.
const Decimal = Big();
Decimal.strict = true;
Decimal.RM = Big.roundHalfEven;
Decimal.NE = -1_000_000;
Decimal.PE = 1_000_000;

const plain = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
/** Digits before and after the point of a plain decimal. */
const integerDigits = (text: string): number => {
  const point = text.indexOf(".");
  return (point < 0 ? text.length : point) - (text.startsWith("-") ? 1 : 0);
};
export const fractionDigits = (value: DecimalString): number => {
  const point = value.indexOf(".");
  return point < 0 ? 0 : value.length - point - 1;
};

/** Whether `text` is a decimal that {@link parseDecimal} takes. */
export function isDecimal(text: string): text is DecimalString {
  if (text.length > maxIntegerDigits + maxFractionDigits + 2 || !plain.test(text)) return false;
  return (
    integerDigits(text) <= maxIntegerDigits &&
    fractionDigits(text as DecimalString) <= maxFractionDigits
  );
}

/** Takes "12", "-0.50"; refuses "1e3", "+1", ".5", "01", "NaN" with a 422 that names `path`. */
export function parseDecimal(text: string, path = "amount"): DecimalString {
  if (!isDecimal(text))
    throw invalidField(
      path,
      `Must be a decimal like "12.34" with at most ${maxIntegerDigits} digits before and ${maxFractionDigits} after the point.`,
    );
  return text;
}

const big = (value: DecimalString) => new Decimal(value);
const toText = (value: Big): DecimalString => {
  const text = value.toFixed();
  return (text === "-0" ? "0" : text) as DecimalString;
};

export const zero = "0" as DecimalString;
export const one = "1" as DecimalString;

export const signOf = (value: DecimalString): -1 | 0 | 1 => {
  const { c, s } = big(value);
  return c[0] === 0 ? 0 : (s as -1 | 1);
};
export const compareDecimals = (a: DecimalString, b: DecimalString): -1 | 0 | 1 =>
  big(a).cmp(big(b)) as -1 | 0 | 1;
export const addDecimals = (a: DecimalString, b: DecimalString): DecimalString =>
  toText(big(a).plus(big(b)));
export const subtractDecimals = (a: DecimalString, b: DecimalString): DecimalString =>
  toText(big(a).minus(big(b)));
export const multiplyDecimals = (a: DecimalString, b: DecimalString): DecimalString =>
  toText(big(a).times(big(b)));
export const absolute = (value: DecimalString): DecimalString => toText(big(value).abs());
export const negate = (value: DecimalString): DecimalString =>
  toText(big(value).times(new Decimal("-1")));

/** Exact shift of the decimal point: `shiftPoint("2791.5", -2)` is "27.915". */
export const shiftPoint = (value: DecimalString, places: number): DecimalString =>
  toText(big(value).times(new Decimal(`1e${places}`)));

const rounded = (value: Big, digits: number): DecimalString => {
  const text = value.toFixed(digits, Big.roundHalfEven);
  return (/^-0(\.0+)?$/.test(text) ? text.slice(1) : text) as DecimalString;
};

/** Half-even, padded to exactly `digits` decimals: "2.675" to 2 digits is "2.68", "2.665" is "2.66". */
export const roundDecimal = (value: DecimalString, digits: number): DecimalString =>
  rounded(big(value), digits);

/** `a x b`, exact, then rounded once as {@link roundDecimal} does. */
export const multiplyRounded = (
  a: DecimalString,
  b: DecimalString,
  digits: number,
): DecimalString => rounded(big(a).times(big(b)), digits);

/** `floor(log10(|value|))`; undefined for zero. "250" -> 2, "0.00042" -> -4. */
export const magnitudeOf = (value: DecimalString): number | undefined => {
  const { c, e } = big(value);
  return c[0] === 0 ? undefined : e;
};

/** `a / b`, half-even to {@link quotientDigits} significant digits, trailing zeros dropped. Throws on b = 0. */
export function divideDecimals(
  a: DecimalString,
  b: DecimalString,
  significantDigits = quotientDigits,
): DecimalString {
  const numerator = big(a);
  const denominator = big(b);
  if (denominator.c[0] === 0) throw new RangeError("division by zero");
  if (numerator.c[0] === 0) return zero;
  // Rounded twice, but the first time so late that it could mislead the second one only once in 1e8.
  const workingDigits = significantDigits + 8;
  Decimal.DP = Math.max(0, workingDigits - (numerator.e - denominator.e - 1));
  return toText(numerator.div(denominator).prec(significantDigits, Big.roundHalfEven));
}
