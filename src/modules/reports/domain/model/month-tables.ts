import type { Cell, Column, DocumentPart, Fact } from "#platform/documents/model";
import type { DecimalString } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import { type CategoryFigures, hasConverted } from "./category-figures.ts";
import { signedBy } from "./category-tables.ts";
import type { CashFlow } from "./ledger-figures.ts";
import { type ModelFrame, shownBase, shownMoney } from "./model-frame.ts";
import { type MonthSpan, monthWords } from "./period-words.ts";
import { roundingOf, sumOf } from "./rounding.ts";
import { inOrder, tableParts } from "./table-parts.ts";
import { negated } from "./transaction-lines.ts";

/** Income, expenses and what remains of the whole time. */
export function flowFacts({ texts }: ModelFrame, { total }: CashFlow): Fact[] {
  const { facts: labels } = texts;
  return [
    { id: "income", label: labels.income, kind: "money", value: total.income },
    { id: "expense", label: labels.expense, kind: "money", value: negated(total.expense) },
    { id: "result", label: labels.result, kind: "money", value: total.net },
  ];
}

/** Converted, with the days that are counted of each month. */
export function* monthsTable(
  frame: ModelFrame,
  flow: CashFlow,
  spans: readonly MonthSpan[],
): Generator<DocumentPart> {
  const { columns, rounding, tables } = frame.texts;
  const { currency, language } = frame.plan;
  const byMonth = new Map(flow.items.map((item) => [item.month, item]));
  const items = spans.flatMap((span) => {
    const item = byMonth.get(span.month);
    return item ? [{ span, item }] : [];
  });
  const rows: Cell[][] = items.map(({ span, item }) => [
    ...[monthWords(span, language), span.from, span.to],
    ...[item.income, negated(item.expense), item.net],
  ]);
  const { total } = flow;
  const left = [
    roundingOf(
      frame,
      total.income.amount,
      items.map(({ item }) => item.income),
    ),
    roundingOf(
      frame,
      negated(total.expense).amount,
      items.map(({ item }) => negated(item.expense)),
    ),
    roundingOf(
      frame,
      total.net.amount,
      items.map(({ item }) => item.net),
    ),
  ];
  if (left.some((money) => money !== null)) rows.push([rounding, null, null, ...left]);
  yield* tableParts(
    frame,
    {
      id: "months",
      title: tables.months,
      columns: [
        { id: "month", title: columns.month, kind: "text", width: 22 },
        { id: "from", title: columns.from, kind: "date", width: 10, forPrograms: true },
        { id: "to", title: columns.to, kind: "date", width: 10, forPrograms: true },
        { id: "income", title: columns.income, kind: "money", currency, width: 16 },
        { id: "expense", title: columns.expense, kind: "money", currency, width: 16 },
        {
          ...{ id: "result", title: columns.result, kind: "money", currency, width: 16 },
          sumOf: ["income", "expense"],
        },
      ],
    },
    rows,
    ["income", "expense", "result"],
  );
}

/** Exact, each currency by itself; by month where there are several. Nothing where all is in the report's currency. */
export function* currencyTables(
  frame: ModelFrame,
  figures: CategoryFigures,
  flow: CashFlow,
  spans: readonly MonthSpan[],
): Generator<DocumentPart> {
  if (!hasForeign(frame, figures)) return;
  const { columns, rounding, tables } = frame.texts;
  const base = frame.plan.currency;
  const amounts: readonly Column[] = [
    { id: "income", title: columns.income, kind: "money", width: 16 },
    { id: "expense", title: columns.expense, kind: "money", width: 16 },
    {
      ...{ id: "result", title: columns.result, kind: "money", width: 16 },
      sumOf: ["income", "expense"],
    },
  ];
  const currencies = inOrder(frame, figures.currencies);
  const converted = currencies.map((currency) => convertedResult(frame, figures, currency));
  const rows: Cell[][] = currencies.map((currency, at) => [
    currency,
    ...resultCells(frame, figures, currency),
    converted[at] ?? null,
  ]);
  const left = roundingOf(frame, flow.total.net.amount, converted);
  if (left) rows.push([rounding, null, null, null, left]);
  yield* tableParts(
    frame,
    {
      id: "currencies",
      title: tables.currencies,
      columns: [
        { id: "currency", title: columns.currency, kind: "text", width: 12 },
        ...amounts,
        {
          ...{ id: "converted", title: columns.converted(base), kind: "money", width: 16 },
          currency: base,
        },
      ],
    },
    rows,
    ["converted"],
  );
  if (spans.length < 2) return;
  yield* tableParts(
    frame,
    {
      id: "currencyMonths",
      title: tables.currencyMonths,
      columns: [
        { id: "month", title: columns.month, kind: "text", width: 22 },
        { id: "from", title: columns.from, kind: "date", width: 10, forPrograms: true },
        { id: "to", title: columns.to, kind: "date", width: 10, forPrograms: true },
        { id: "currency", title: columns.currency, kind: "text", width: 8 },
        ...amounts,
      ],
    },
    spans.flatMap((span) => {
      const own = figures.items.filter(({ month }) => month === span.month);
      const used = new Set(own.map(({ amount }) => amount.currency));
      return inOrder(frame, used).map((currency) => [
        ...[monthWords(span, frame.plan.language), span.from, span.to, currency],
        ...resultCells(frame, { items: own }, currency),
      ]);
    }),
    ["income", "expense", "result"],
  );
}

export const hasForeign = ({ plan }: ModelFrame, { currencies }: CategoryFigures): boolean =>
  [...currencies].some((currency) => currency !== plan.currency);

/** Income, expenses and what remains, in the currency itself. */
function resultCells(
  frame: ModelFrame,
  { items }: Pick<CategoryFigures, "items">,
  currency: CurrencyCode,
): Cell[] {
  const sum = (kind: "income" | "expense"): DecimalString =>
    sumOf(
      items
        .filter((item) => item.kind === kind && item.amount.currency === currency)
        .map(({ amount }) => signedBy(kind, amount).amount),
    );
  const [income, expense] = [sum("income"), sum("expense")];
  return [income, expense, sumOf([income, expense])].map((amount) =>
    shownMoney(frame, amount, currency),
  );
}

/** Null where nothing of it has a rate. */
function convertedResult(frame: ModelFrame, { items }: CategoryFigures, currency: CurrencyCode) {
  const own = items.filter(({ amount }) => amount.currency === currency);
  const known = own.filter(hasConverted);
  const signed = known.map(
    ({ kind, converted }) => signedBy(kind, { amount: converted, currency }).amount,
  );
  return known.length === 0 ? null : shownBase(frame, sumOf(signed));
}
