import { one, shiftPoint } from "#platform/kernel/decimal";
import { invalidField } from "#platform/kernel/errors";
import { type Money, splitMoney } from "#platform/kernel/money";
import { addDays, type LocalDate } from "#platform/kernel/time";
import type { Instalment } from "../contract.ts";
import { addMonths } from "./due-days.ts";

/** Like parts at like distances. `count` is 1 to `maxInstalments`. */
export type Plan = {
  readonly firstDueOn: LocalDate;
  readonly every: "week" | "month";
  readonly count: number;
};

export const planDays = ({ firstDueOn, every, count }: Plan): LocalDate[] =>
  Array.from({ length: count }, (_, index) =>
    every === "week" ? addDays(firstDueOn, 7 * index) : addMonths(firstDueOn, index),
  );

/**
 * Divides an amount along a plan: the parts add up to it, and no two differ by more than the smallest unit. An amount
 * with fewer units than parts is a 422 that names /plan/count.
 */
export function planInstalments(plan: Plan, amount: Money, digits: number): Instalment[] {
  if (BigInt(shiftPoint(amount.amount, digits)) < BigInt(plan.count))
    throw invalidField("/plan/count", "Leaves nothing for some of the instalments.");
  const weights = Array.from({ length: plan.count }, () => one);
  const parts = splitMoney(amount, weights, digits);
  return planDays(plan).flatMap((dueOn, index) => {
    const part = parts[index];
    return part ? [{ dueOn, amount: part }] : [];
  });
}
