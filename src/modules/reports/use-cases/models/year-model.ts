import type { DayRate, NetWorthPoint } from "#modules/ledger/contract";
import type { Fact } from "#platform/documents/model";
import { subtractMoney } from "#platform/kernel/money";
import { addDays } from "#platform/kernel/time";
import { budgetTable, unconvertedSpending } from "../../domain/model/budget-table.ts";
import { categoryTable } from "../../domain/model/category-tables.ts";
import { cashFlowChart, netWorthChart, spendingChart } from "../../domain/model/charts.ts";
import { ratesTable } from "../../domain/model/day-rates.ts";
import { shownBase } from "../../domain/model/model-frame.ts";
import { currencyTables, flowFacts, monthsTable } from "../../domain/model/month-tables.ts";
import {
  balancesTable,
  netWorthFacts,
  netWorthTable,
  unconvertedWorth,
} from "../../domain/model/net-worth-tables.ts";
import { payeeTable } from "../../domain/model/payee-table.ts";
import { monthSpans } from "../../domain/model/period-words.ts";
import { partialMonthsNote, reportNotes } from "../../domain/model/report-notes.ts";
import { unconvertedOf, unconvertedTable } from "../../domain/model/unconverted-table.ts";
import { budgetNotes, ratesInto, readBudgets } from "./budgets-model.ts";
import { readFlow } from "./income-model.ts";
import { type ModelSource, staleOf } from "./model-source.ts";
import { readWorth } from "./net-worth-model.ts";

/** Payees by name; all others are one row. */
const maxPayees = 10;

/** All of a year at a glance: income and expenses, net worth, where the money went, budgets. */
export async function writeYear(source: ModelSource): Promise<void> {
  const { accounts, asOf, counts, ctx, frame, ledger, part, read, write } = source;
  const { from, to, currency } = frame.plan;
  const { headings, notes } = frame.texts;
  const { flow, figures, used } = await readFlow(source);
  const { worth, last, balances } = await readWorth(source);
  const before = await worthBefore(source);
  const spending = await read(ledger.spendingOf(ctx, { ...part, by: "payee", limit: maxPayees }));
  const progress = await readBudgets(source);
  const spans = monthSpans(from, to);

  await write([{ part: "heading", text: headings.income }]);
  await write([{ part: "facts", facts: flowFacts(frame, flow) }]);
  await write(cashFlowChart(frame, flow));
  await write(monthsTable(frame, flow, spans));
  await write(currencyTables(frame, figures, flow, spans));

  await write([{ part: "heading", text: headings.worth }]);
  await write([
    { part: "facts", facts: [...netWorthFacts(frame, last), ...changeFacts(source, before, last)] },
  ]);
  await write(netWorthChart(frame, worth));
  await write(netWorthTable(frame, worth));
  await write(balancesTable(frame, accounts, balances, last));

  await write([{ part: "heading", text: headings.spending }]);
  await write(spendingChart(frame, figures.of("expense")));
  for (const kind of ["income", "expense"] as const)
    await write(categoryTable(frame, kind, figures.of(kind), flow));
  await write(payeeTable(frame, spending));

  if (progress.length > 0) {
    await write([{ part: "heading", text: headings.budgets }]);
    await write(budgetTable(frame, progress));
  }
  const others = new Set(progress.map(({ amount }) => amount.currency));
  others.delete(currency);
  const rates = onceEach([
    ...used,
    ...before.rates,
    ...worth.items.flatMap((point) => point.rates),
  ]);
  const into = await ratesInto(source, others);
  await write(ratesTable(frame, [...rates.map((rate) => ({ rate, into: currency })), ...into]));
  const unconverted = [
    ...unconvertedOf(frame, flow),
    ...unconvertedWorth(frame, worth),
    ...unconvertedSpending(progress),
  ];
  await write(unconvertedTable(frame, unconverted));
  const isConverted = rates.length > 0 || unconverted.length > 0;
  await write([
    reportNotes(frame, {
      own: [
        ...[notes.signs, notes.refunds, notes.liabilities, notes.balances],
        ...partialMonthsNote(frame),
        ...(progress.length > 0
          ? budgetNotes(frame, progress, isConverted || into.length > 0)
          : []),
      ],
      ...{ asOf, counts, staleRates: staleOf([...rates, ...into.map(({ rate }) => rate)]) },
      converted: isConverted ? "both" : "nothing",
      rounding: notes.rounding,
      isUnconverted: unconverted.length > 0,
    }),
  ]);
}

/** At the end of the day before the year. */
async function worthBefore({
  ctx,
  frame,
  ledger,
  part,
  read,
}: ModelSource): Promise<NetWorthPoint> {
  const day = addDays(frame.plan.from, -1);
  const { items } = await read(ledger.netWorthOf(ctx, { ...part, from: day, to: day }));
  const [point] = items;
  if (!point) throw new Error("a day has a balance");
  return point;
}

function changeFacts({ frame }: ModelSource, before: NetWorthPoint, last: NetWorthPoint): Fact[] {
  const { facts: labels } = frame.texts;
  const change = shownBase(frame, subtractMoney(last.net, before.net).amount);
  return [
    { id: "netWorthBefore", label: labels.netWorthBefore, kind: "money", value: before.net },
    { id: "netWorthChange", label: labels.netWorthChange, kind: "money", value: change },
  ];
}

/** By day and currency: a rate of a day is the same whatever it was used for. */
function onceEach(rates: readonly DayRate[]): readonly DayRate[] {
  const byKey = new Map(rates.map((rate) => [`${rate.day} ${rate.currency}`, rate]));
  return [...byKey.keys()].toSorted().flatMap((key) => byKey.get(key) ?? []);
}
