import {
  type DecimalString,
  fractionDigits,
  multiplyDecimals,
  parseDecimal,
  roundDecimal,
  shiftPoint,
} from "../../../kernel/decimal.ts";

/** Where a value stands between the ends of an axis: 0 at `low`, 1 at `high`. */
export type Scale = {
  readonly ticks: readonly { readonly value: DecimalString; readonly at: number }[];
  at(value: DecimalString): number;
  /** Where zero stands. */
  readonly zero: number;
};

/** Steps of an axis are these times a power of ten. */
const steps = ["1", "2", "2.5", "5", "10"].map((text) => parseDecimal(text));
/** About as many steps as make an axis easy to read. */
const wantedSteps = 5;

/**
 * An axis that holds zero and all values, with round numbers. Positions are binary fractions, which is enough to draw; the
 * numbers written beside the axis are exact.
 */
export function createScale(values: readonly DecimalString[]): Scale {
  const numbers = values.map(Number);
  const lowest = Math.min(0, ...numbers);
  const highest = Math.max(0, ...numbers);
  const span = highest - lowest || wantedSteps;
  const exponent = Math.floor(Math.log10(span / wantedSteps));
  const rough = span / wantedSteps;
  const mantissa =
    steps.find((step) => Number(step) * 10 ** exponent >= rough * 0.999) ?? parseDecimal("10");
  const step = shiftPoint(mantissa, exponent);
  const size = Number(step);
  const first = Math.floor(lowest / size + 1e-9);
  const last = Math.max(first + 1, Math.ceil(highest / size - 1e-9));
  const low = first * size;
  const length = (last - first) * size;
  const digits = fractionDigits(step);
  return {
    ticks: Array.from({ length: last - first + 1 }, (_, index) => ({
      value: roundDecimal(multiplyDecimals(step, parseDecimal(String(first + index))), digits),
      at: index / (last - first),
    })),
    at: (value) => (Number(value) - low) / length,
    zero: -first / (last - first),
  };
}
