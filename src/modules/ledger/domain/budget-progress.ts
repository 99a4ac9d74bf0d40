import {
  addDecimals,
  compareDecimals,
  type DecimalString,
  divideDecimals,
  multiplyDecimals,
  roundDecimal,
  shiftPoint,
  signOf,
  subtractDecimals,
  zero,
} from "#platform/kernel/decimal";
import type { LocalDate } from "#platform/kernel/time";
import { elapsedDays, lengthDays, type Period } from "./budget-period.ts";

/** What a period leaves to the next one: nothing, what is left over, what was overspent, or either. */
export type Rollover = "none" | "surplus" | "deficit" | "both";

/** A carry is counted from at most so many periods before the asked one: ten years of months. */
export const maxCarriedPeriods = 120;

/** Percents have two decimals, the pace four; both are rounded half-even and decide nothing. */
const percentDigits = 2;
const paceDigits = 4;

export type Progress = {
  /** From the periods before, by the rollover's rule; negative = a deficit. */
  readonly carried: DecimalString;
  /** The budget's amount and what was carried: what may be spent. */
  readonly available: DecimalString;
  readonly spent: DecimalString;
  /** `available - spent`. */
  readonly remaining: DecimalString;
  /** Spent of available; null when nothing is available. */
  readonly percentSpent: DecimalString | null;
  /** Days of the period that have begun by the asked day, that one included. */
  readonly percentElapsed: DecimalString;
  /** Spent share by elapsed share: 1 = as fast as the days pass, 2 = twice as fast; null where one of them has no value. */
  readonly pace: DecimalString | null;
};

/** What is carried into the next period. */
export function carryOf(rollover: Rollover, remaining: DecimalString): DecimalString {
  const sign = signOf(remaining);
  const keeps =
    rollover === "both" ||
    (rollover === "surplus" && sign > 0) ||
    (rollover === "deficit" && sign < 0);
  return keeps ? remaining : zero;
}

/** How many periods before the asked one have a say in what is carried into it. */
export const carriedPeriods = (rollover: Rollover): number =>
  rollover === "none" ? 0 : maxCarriedPeriods;

/**
 * Carried period by period, the oldest first, into which nothing is carried; the last is the one asked for. Amounts
 * have `digits` decimals, as the budget's currency has. Every period has an entry in `spent`.
 */
export function progressOf(input: {
  readonly amount: DecimalString;
  readonly rollover: Rollover;
  readonly digits: number;
  readonly spent: readonly DecimalString[];
  readonly period: Period;
  readonly on: LocalDate;
}): Progress {
  const { amount, rollover, digits, period, on } = input;
  const carried = input.spent
    .slice(0, -1)
    .reduce<DecimalString>(
      (carry, spent) => carryOf(rollover, subtractDecimals(addDecimals(amount, carry), spent)),
      zero,
    );
  const available = addDecimals(amount, carried);
  const spent = input.spent.at(-1) ?? zero;
  const elapsed = shareOf(elapsedDays(period, on), lengthDays(period));
  const used = signOf(available) > 0 ? divideDecimals(spent, available) : null;
  const written = (value: DecimalString) => roundDecimal(value, digits);
  return {
    carried: written(carried),
    available: written(available),
    spent: written(spent),
    remaining: written(subtractDecimals(available, spent)),
    percentSpent: used && percent(used),
    percentElapsed: percent(elapsed),
    pace:
      used === null || signOf(elapsed) === 0
        ? null
        : roundDecimal(divideDecimals(used, elapsed), paceDigits),
  };
}

/**
 * Which of these thresholds (whole percents of what is available) the spending has reached, ascending. By exact
 * comparison: what a rounded percent shows does not matter. Where nothing is available any spending reaches all.
 */
export function crossedThresholds(
  thresholds: readonly number[],
  { spent, available }: Pick<Progress, "spent" | "available">,
): number[] {
  if (signOf(spent) <= 0) return [];
  const hundredfold = shiftPoint(spent, 2);
  return thresholds
    .filter((threshold) => compareDecimals(hundredfold, times(available, threshold)) >= 0)
    .toSorted((a, b) => a - b);
}

const wholeNumber = (value: number): DecimalString => String(value) as DecimalString;
const times = (value: DecimalString, factor: number): DecimalString =>
  multiplyDecimals(value, wholeNumber(factor));
const shareOf = (part: number, whole: number): DecimalString =>
  divideDecimals(wholeNumber(part), wholeNumber(whole));
const percent = (share: DecimalString): DecimalString =>
  roundDecimal(shiftPoint(share, 2), percentDigits);
