import type { Cell, Column, DocumentPart } from "#platform/documents/model";
import { multiplyRounded } from "#platform/kernel/decimal";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import { type LocalDate, utcDayOf } from "#platform/kernel/time";
import type { DayRate } from "./ledger-figures.ts";
import type { ModelFrame } from "./model-frame.ts";
import { tableParts } from "./table-parts.ts";

/** The rates of the days of a report, by day and currency. */
export type DayRates = {
  of(day: LocalDate, currency: CurrencyCode): DayRate | undefined;
};

export function createDayRates(rates: readonly DayRate[]): DayRates {
  const byKey = new Map(rates.map((rate) => [keyOf(rate.day, rate.currency), rate]));
  return { of: (day, currency) => byKey.get(keyOf(day, currency)) };
}

const keyOf = (day: LocalDate, currency: CurrencyCode) => `${day} ${currency}`;

/** An amount in the currency of the report; null where there is no rate. */
export function convertedOn(
  { plan, scales }: ModelFrame,
  rates: DayRates,
  day: LocalDate,
  { amount, currency }: Money,
): { readonly money: Money | null; readonly rate: DayRate | null } {
  const into = plan.currency;
  if (currency === into) return { money: { amount, currency }, rate: null };
  const rate = rates.of(day, currency);
  if (!rate) return { money: null, rate: null };
  const digits = scales.digitsOf(into) ?? 0;
  return { money: { amount: multiplyRounded(amount, rate.rate, digits), currency: into }, rate };
}

/** The day that a rate is of: that of its provider where he states one. */
export const dayOfRate = ({ quotedAt, observedAt, day }: DayRate): LocalDate => {
  const at = quotedAt ?? observedAt;
  return at === null ? day : utcDayOf(at);
};

/** Of a line with an amount: what it comes to, at which rate of which day and source. */
export const conversionColumns = ({ plan, texts }: ModelFrame, isUsed: boolean): Column[] => {
  const hidden = isUsed ? {} : { forPrograms: true };
  const { columns, shortSources } = texts;
  return [
    {
      ...{ id: "converted", title: columns.converted(plan.currency), kind: "money", width: 14 },
      ...{ currency: plan.currency, ...hidden },
    },
    {
      ...{ id: "rate", title: columns.rate(shortSources[plan.rateSource]), kind: "number" },
      ...{ width: 12, ...hidden },
    },
    { id: "rateDay", title: columns.rateDay, kind: "date", width: 10, ...hidden },
    { id: "rateSource", title: columns.rateSource, kind: "text", width: 8, forPrograms: true },
  ];
};

/** In the order of {@link conversionColumns}; null = a line without an amount. */
export function conversionCells(
  frame: ModelFrame,
  rates: DayRates,
  day: LocalDate,
  amount: Money | null,
): Cell[] {
  if (amount === null) return [null, null, null, null];
  const { money, rate } = convertedOn(frame, rates, day, amount);
  return rate
    ? [money, rate.rate, dayOfRate(rate), frame.plan.rateSource]
    : [money, null, null, null];
}

/** Every rate that figures were converted with; `into` is another one with each row in reports of budgets. */
export function* ratesTable(
  frame: ModelFrame,
  used: readonly { readonly rate: DayRate; readonly into: CurrencyCode }[],
): Generator<DocumentPart> {
  if (used.length === 0) return;
  const { columns, tables, yes, no } = frame.texts;
  const { rateSource } = frame.plan;
  yield* tableParts(
    frame,
    {
      id: "rates",
      title: tables.rates,
      columns: [
        { id: "day", title: columns.day, kind: "date", width: 12 },
        { id: "currency", title: columns.currency, kind: "text", width: 10 },
        { id: "into", title: columns.into, kind: "text", width: 10 },
        {
          ...{ id: "rate", title: columns.rate(frame.texts.shortSources[rateSource]) },
          ...{ kind: "number", width: 24 },
        },
        { id: "quoted", title: columns.quoted, kind: "date", width: 12 },
        { id: "stale", title: columns.stale, kind: "text", width: 12 },
        { id: "rateSource", title: columns.rateSource, kind: "text", width: 8, forPrograms: true },
        { id: "providers", title: columns.providers, kind: "text", width: 14, forPrograms: true },
      ],
    },
    used.map(({ rate, into }) => [
      ...[rate.day, rate.currency, into, rate.rate, dayOfRate(rate)],
      ...[rate.stale ? yes : no, rateSource, rate.providers.join(", ")],
    ]),
  );
}
