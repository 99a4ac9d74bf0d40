import { t } from "elysia";
import {
  cursor,
  decimal,
  id,
  instant,
  localDate,
  money,
  oneOf,
  orNull,
  pageLimit,
  pageOf,
  version,
  wholeNumber,
  yesNoParameter,
} from "#platform/http/schemas";
import {
  maxActiveBudgets,
  maxBudgetCategories,
  maxThresholdPercent,
  maxThresholds,
} from "../bounds.ts";
import { bookId } from "./book-schemas.ts";
import { nameOf } from "./name-schemas.ts";

const maxCurrencies = 10_000;

const name = nameOf("Groceries");
const period = oneOf(["monthly", "yearly", "custom"], {
  description:
    "`monthly` and `yearly` repeat from `startsOn`: what begins on the 31st begins on the last day of shorter months. `custom` is one period, from `startsOn` to `endsOn`.",
  examples: ["monthly"],
});
const amount = money({ examples: [{ amount: "500.00", currency: "EUR" }] });
const categoryIds = t.Array(id(), {
  minItems: 1,
  maxItems: maxBudgetCategories,
  description: "Expense categories as transactions have them; those below them count, too.",
});
const startsOn = localDate({ examples: ["2026-01-01"] });
const endsOn = orNull(localDate({ examples: ["2026-12-31"] }), {
  description: "The last day; null = it goes on. A custom period needs one.",
});
const rollover = oneOf(["none", "surplus", "deficit", "both"], {
  description: "What a period leaves to the next one. A custom period has none to leave it to.",
  examples: ["surplus"],
});
const thresholds = t.Array(wholeNumber({ minimum: 1, maximum: maxThresholdPercent }), {
  maxItems: maxThresholds,
  description:
    "Whole percents of what is available. The book's owners and editors are told of each that is reached, once for each period.",
  examples: [[80, 100]],
});

export const budgetParams = t.Object({ id: id() });
export const budgetListQuery = t.Object({
  bookId,
  archived: t.Optional(
    yesNoParameter({ description: "Only archived (true) or only active ones (false)." }),
  ),
  cursor,
  limit: pageLimit,
});
const on = t.Optional(localDate({ description: "Today (UTC) when left out." }));
export const progressQuery = t.Object({ on });
export const progressListQuery = t.Object({ bookId, on });

export const createBudgetBody = t.Object({
  bookId,
  ...{ name, period, amount, categoryIds, startsOn, rollover, thresholds },
  endsOn: t.Optional(endsOn),
});
export const updateBudgetBody = t.Partial(
  t.Object({ name, period, amount, categoryIds, startsOn, endsOn, rollover, thresholds }),
  { description: "What is left out stays as it is. Past periods are measured anew, too." },
);

export const budget = t.Object({
  id: id(),
  bookId: id(),
  ...{ name, period, amount, categoryIds, startsOn, endsOn, rollover, thresholds },
  archivedAt: orNull(instant()),
  createdAt: instant(),
  updatedAt: instant(),
  version,
});
export const budgetPage = pageOf(budget);

const totals = (description: string) => t.Array(money(), { maxItems: maxCurrencies, description });

export const budgetProgress = t.Object({
  budgetId: id(),
  name,
  on: localDate(),
  status: oneOf(["upcoming", "running", "ended"], {
    description:
      "On that day. Of what has not begun the first period is shown, of what has ended the last.",
  }),
  period: t.Object(
    {
      start: localDate({ examples: ["2026-11-01"] }),
      end: localDate({ examples: ["2026-11-30"] }),
    },
    { description: "Both days belong to it." },
  ),
  amount: money({ description: "Of each period." }),
  carriedFrom: orNull(localDate(), {
    description:
      "First day of the first period that counts for `carried`: at most 120 periods back. Null = nothing is carried.",
  }),
  carried: money({ description: "Left by the periods before; negative = overspent." }),
  available: money({ description: "`amount` and `carried`." }),
  spent: money({
    description:
      "All transactions of the period in these categories, refunds deducted, each converted at the rate of its own day.",
  }),
  remaining: money({ description: "`available` without `spent`." }),
  percentSpent: orNull(decimal({ examples: ["62.50"] }), {
    description: "Of what is available, rounded; null when nothing is.",
  }),
  percentElapsed: decimal({
    description: "Of the days of the period, that day included; rounded.",
    examples: ["50.00"],
  }),
  pace: orNull(decimal({ examples: ["1.2500"] }), {
    description:
      "Spent share by elapsed share: 1 = as fast as the days pass, more = faster. Null before the period, or when nothing is available.",
  }),
  unconverted: totals(
    "Spent in the period in a currency that has no rate on its day: in none of the amounts.",
  ),
  carriedUnconverted: totals("The same of the periods that were carried."),
  rateSource: oneOf(["market"]),
});

export const budgetProgressList = t.Object({
  on: localDate(),
  items: t.Array(budgetProgress, { maxItems: maxActiveBudgets }),
});
