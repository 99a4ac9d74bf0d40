import { t } from "elysia";
import {
  currencyCode,
  decimal,
  id,
  instant,
  localDate,
  money,
  oneOf,
  orNull,
  wholeNumber,
  wholeNumberParameter,
} from "#platform/http/schemas";
import { maxNetWorthPoints } from "../bounds.ts";
import { bookId } from "./book-schemas.ts";

const maxMonths = 122;
const maxCurrencies = 10_000;
const maxGroups = 100;
const defaultGroups = 20;
const manyTransactions = Number.MAX_SAFE_INTEGER;

const count = (examples: number[]) =>
  wholeNumber({ minimum: 0, maximum: manyTransactions, examples });

const scope = {
  bookId,
  from: t.Optional(localDate({ description: "A year before `to` when left out." })),
  to: t.Optional(localDate({ description: "Today when left out." })),
  currency: t.Optional(
    currencyCode({ description: "The book's base currency when left out.", examples: ["EUR"] }),
  ),
};

export const netWorthQuery = t.Object({
  ...scope,
  interval: t.Optional(
    oneOf(["month", "day"], { description: "`month` (default): the ends of months, and `to`." }),
  ),
});
export const cashFlowQuery = t.Object(scope);
export const spendingQuery = t.Object({
  ...scope,
  by: oneOf(["category", "payee", "tag"], { examples: ["category"] }),
  limit: wholeNumberParameter({
    minimum: 1,
    maximum: maxGroups,
    default: defaultGroups,
    description: "How many groups at most; all others come together in `others`.",
    examples: [defaultGroups],
  }),
});

const frame = {
  bookId: id(),
  from: localDate(),
  to: localDate(),
  currency: currencyCode({ description: "Of all figures." }),
  source: oneOf(["market"], {
    description: "Whose rates: each amount is converted at the rate of its own day.",
  }),
};
const totals = (description: string) => t.Array(money(), { maxItems: maxCurrencies, description });
const unconverted = totals(
  "In none of the figures: amounts of days on which their currency had no rate.",
);
const observedAt = orNull(instant({ description: "When it was last seen." }));

const usedRate = t.Object({
  currency: currencyCode({ examples: ["USD"] }),
  rate: decimal({ description: "Of one unit, in the currency of the figures." }),
  observedAt,
  stale: t.Boolean({ description: "Older than its provider's rates usually get." }),
});
const usedRates = t.Object({
  currency: currencyCode({ examples: ["USD"] }),
  days: count([31]),
  staleDays: count([0]),
  lowest: decimal(),
  highest: decimal(),
  oldestObservedAt: observedAt,
});
const rates = t.Array(usedRates, {
  maxItems: maxCurrencies,
  description: "The rates of the days on which something moved in another currency.",
});

export const netWorth = t.Object({
  ...frame,
  items: t.Array(
    t.Object({
      on: localDate({ description: "At the end of this day." }),
      assets: money(),
      liabilities: money({ description: "Positive = owed." }),
      net: money(),
      unconverted: totals("In none of the figures: what has no rate on that day."),
      rates: t.Array(usedRate, { maxItems: maxCurrencies }),
    }),
    { maxItems: maxNetWorthPoints },
  ),
});

const flow = {
  income: money(),
  expense: money({ description: "Positive = spent; refunds are taken off." }),
  net: money(),
  unconverted: t.Object({ income: unconverted, expense: unconverted }),
};
export const cashFlow = t.Object({
  ...frame,
  items: t.Array(
    t.Object({
      month: localDate({ description: "Its first day.", examples: ["2026-11-01"] }),
      ...flow,
    }),
    { maxItems: maxMonths },
  ),
  total: t.Object(flow),
  rates,
});

export const spending = t.Object({
  ...frame,
  by: oneOf(["category", "payee", "tag"]),
  items: t.Array(
    t.Object({
      categoryId: orNull(id()),
      parentId: orNull(id()),
      name: orNull(
        t.String({ description: "Null: without payee or tag.", examples: ["Groceries"] }),
      ),
      amount: money(),
      transactions: count([12]),
    }),
    { maxItems: maxGroups, description: "Most first. What has several tags counts with each." },
  ),
  others: orNull(t.Object({ groups: count([7]), amount: money(), transactions: count([30]) })),
  total: money({ description: "Every amount once." }),
  unconverted,
  rates,
});
