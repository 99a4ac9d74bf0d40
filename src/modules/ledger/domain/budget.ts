import { invalidField, readAll } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import type { Money, Scales } from "#platform/kernel/money";
import { type Instant, type LocalDate, parseLocalDate, utcDayOf } from "#platform/kernel/time";
import { maxBudgetCategories, maxThresholdPercent, maxThresholds } from "../bounds.ts";
import type { BudgetStatus } from "../contract.ts";
import {
  type BudgetCalendar,
  type BudgetPeriod,
  firstBudgetDay,
  lastBudgetDay,
  lengthDays,
  type Period,
  periodAt,
  periodOf,
} from "./budget-period.ts";
import type { Rollover } from "./budget-progress.ts";
import { readName } from "./name.ts";
import { readPositiveMoney } from "./posting-amount.ts";

/** What its owner decides. Spending is no part of it: that is always read from the transactions. */
export type BudgetPlan = BudgetCalendar & {
  readonly name: string;
  /** Of every period alike, past ones too. */
  readonly amount: Money;
  /** Their children count, too. In order of their ids, each once. */
  readonly categoryIds: readonly Id[];
  readonly rollover: Rollover;
  /** Whole percents, ascending. */
  readonly thresholds: readonly number[];
};

export type Budget = BudgetPlan & {
  readonly id: Id;
  readonly bookId: Id;
  readonly archivedAt: Instant | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly version: number;
};

/** As clients write it. */
export type BudgetInput = {
  readonly name: string;
  readonly period: BudgetPeriod;
  readonly amount: { readonly amount: string; readonly currency: string };
  readonly categoryIds: readonly string[];
  readonly startsOn: string;
  readonly endsOn?: string | null | undefined;
  readonly rollover: Rollover;
  readonly thresholds: readonly number[];
};

/** 422 naming every faulty field. */
export function readBudget(input: BudgetInput, scales: Scales): BudgetPlan {
  const read = readAll({
    name: () => readName(input.name),
    amount: () => readPositiveMoney(input.amount, scales, "/amount"),
    categoryIds: () => readCategoryIds(input.categoryIds),
    startsOn: () => readBudgetDay(input.startsOn, "/startsOn"),
    endsOn: () =>
      input.endsOn === undefined || input.endsOn === null
        ? null
        : readBudgetDay(input.endsOn, "/endsOn"),
    thresholds: () => readThresholds(input.thresholds),
  });
  const { period, rollover } = input;
  if (period === "custom" && read.endsOn === null)
    throw invalidField("/endsOn", "A custom period needs its last day.");
  if (read.endsOn !== null && read.endsOn < read.startsOn)
    throw invalidField("/endsOn", "Must not lie before startsOn.");
  if (period === "custom" && rollover !== "none")
    throw invalidField("/rollover", "A custom period is the only one: nothing follows it.");
  return { ...read, period, rollover };
}

/** A day that has a period of some budget. */
export function readBudgetDay(text: string, path: string): LocalDate {
  const day = parseLocalDate(text, path);
  if (day < firstBudgetDay || day > lastBudgetDay)
    throw invalidField(path, `Must lie between ${firstBudgetDay} and ${lastBudgetDay}.`);
  return day;
}

function readCategoryIds(texts: readonly string[]): Id[] {
  const ids = texts.map((text, index) => parseId(text, `/categoryIds/${index}`));
  if (ids.length === 0 || ids.length > maxBudgetCategories)
    throw invalidField("/categoryIds", `Must be 1 to ${maxBudgetCategories} categories.`);
  return [...new Set(ids)].toSorted();
}

function readThresholds(percents: readonly number[]): number[] {
  const isFine = (percent: number) =>
    Number.isInteger(percent) && percent >= 1 && percent <= maxThresholdPercent;
  if (percents.length > maxThresholds || !percents.every(isFine))
    throw invalidField(
      "/thresholds",
      `Must be at most ${maxThresholds} whole percents from 1 to ${maxThresholdPercent}.`,
    );
  return [...new Set(percents)].toSorted((a, b) => a - b);
}

/**
 * The periods whose thresholds people are still told of: the one that today lies in, and the one before it, for
 * receipts that come late. Nothing is said of periods that had ended when the budget was made, nor of older ones: who
 * brings last year's papers in order wants no mail for each month. A custom period counts as the one before for as long
 * as it lasted.
 */
export function periodsToTellOf(
  budget: BudgetCalendar & { readonly createdAt: Instant },
  today: LocalDate,
): Period[] {
  const madeOn = utcDayOf(budget.createdAt);
  const now = ongoingIndex(budget, today);
  const last = periodOf(budget, lastBudgetDay).index;
  return [now - 1, now]
    .filter((index) => index >= 0 && index <= last)
    .map((index) => periodAt(budget, index))
    .filter(({ start, end }) => start <= today && end >= madeOn);
}

/** Which period would be going on, if the budget had no end. */
function ongoingIndex(budget: BudgetCalendar, today: LocalDate): number {
  if (budget.period !== "custom") return periodOf({ ...budget, endsOn: null }, today).index;
  const only = periodAt(budget, 0);
  if (today <= only.end) return 0;
  return Math.ceil(lengthDays({ start: only.start, end: today }) / lengthDays(only)) - 1;
}

export const statusOf = ({ startsOn, endsOn }: BudgetCalendar, on: LocalDate): BudgetStatus =>
  on < startsOn ? "upcoming" : endsOn !== null && on > endsOn ? "ended" : "running";
