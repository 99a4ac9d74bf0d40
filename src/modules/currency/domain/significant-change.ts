import {
  absolute,
  compareDecimals,
  type DecimalString,
  magnitudeOf,
  one,
  parseDecimal,
  shiftPoint,
  subtractDecimals,
} from "#platform/kernel/decimal";

/**
 * The 6th-decimal rule: a newly observed rate is a change worth a row of its own when it differs from the STORED
 * row's rate by 0.000001 or more; otherwise the row's multiplier and last-seen time grow. Comparing with the stored
 * rate, not with the previous observation, keeps the error from adding up.
 *
 * `plain` is that rule to the letter. Rates far below 1 live below the 6th decimal: at 0.000014 BTC per USD it hid
 * moves of more than 7 % in 52 days of real data. So `scaled`, the default, shrinks the threshold with the stored
 * rate: 0.000001 x min(1, 10^floor(log10(stored))), and the error stays below 1e-6 of the rate.
 */
export type Significance = "scaled" | "plain";

const sixthDecimal = parseDecimal("0.000001");

/** The smallest difference from `stored` that counts. */
export function thresholdOf(stored: DecimalString, significance: Significance): DecimalString {
  const magnitude = magnitudeOf(stored) ?? 0;
  return significance === "plain" || magnitude >= 0 ? sixthDecimal : shiftPoint(one, magnitude - 6);
}

export const isSignificantChange = (
  stored: DecimalString,
  observed: DecimalString,
  significance: Significance,
): boolean =>
  compareDecimals(
    absolute(subtractDecimals(observed, stored)),
    thresholdOf(stored, significance),
  ) >= 0;
