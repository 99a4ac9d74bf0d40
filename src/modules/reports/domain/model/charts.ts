import type { Chart, DocumentPart } from "#platform/documents/model";
import type { CategoryFigure } from "./category-figures.ts";
import { topCategories } from "./category-tables.ts";
import type { CashFlow, NetWorth } from "./ledger-figures.ts";
import type { ModelFrame } from "./model-frame.ts";
import { monthSpans, shortMonth } from "./period-words.ts";

/** Bars that are told apart at a glance. */
const maxBars = 10;

/** What most was spent on, by main categories; nothing where nothing was. */
export function* spendingChart(
  frame: ModelFrame,
  expenses: readonly CategoryFigure[],
): Generator<DocumentPart> {
  const top = topCategories(frame, expenses, maxBars);
  if (top.length === 0) return;
  const { charts, columns } = frame.texts;
  yield chart(frame, {
    ...{ id: "spending", title: charts.spending, kind: "bars" },
    labels: top.map(({ name }) => name),
    series: [{ title: columns.expense, values: top.map(({ amount }) => amount) }],
  });
}

/** Two bars a month: both upwards, to be compared. */
export function* cashFlowChart(frame: ModelFrame, flow: CashFlow): Generator<DocumentPart> {
  const { charts, columns } = frame.texts;
  const spans = monthSpans(flow.from, flow.to);
  yield chart(frame, {
    ...{ id: "cashFlow", title: charts.cashFlow, kind: "bars" },
    labels: spans.map((span) => shortMonth(span, frame.plan.language)),
    series: [
      { title: columns.income, values: flow.items.map(({ income }) => income.amount) },
      { title: columns.expense, values: flow.items.map(({ expense }) => expense.amount) },
    ],
  });
}

export function* netWorthChart(frame: ModelFrame, worth: NetWorth): Generator<DocumentPart> {
  const { charts, columns } = frame.texts;
  const spans = monthSpans(worth.from, worth.to);
  yield chart(frame, {
    ...{ id: "netWorthChart", title: charts.netWorth, kind: "line" },
    labels: spans.map((span) => shortMonth(span, frame.plan.language)),
    series: [{ title: columns.netWorth, values: worth.items.map(({ net }) => net.amount) }],
  });
}

const chart = ({ plan }: ModelFrame, drawn: Omit<Chart, "currency">): DocumentPart => ({
  part: "chart",
  chart: { ...drawn, currency: plan.currency },
});
