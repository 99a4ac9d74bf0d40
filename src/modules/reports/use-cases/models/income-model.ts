import type { CashFlow, DayRate } from "#modules/ledger/contract";
import {
  type CategoryFigures,
  createCategoryFigures,
} from "../../domain/model/category-figures.ts";
import {
  categoryMonthTables,
  categoryTable,
  mainCategoryTable,
} from "../../domain/model/category-tables.ts";
import { cashFlowChart, spendingChart } from "../../domain/model/charts.ts";
import { ratesTable } from "../../domain/model/day-rates.ts";
import { currencyTables, flowFacts, monthsTable } from "../../domain/model/month-tables.ts";
import { originalTable } from "../../domain/model/original-table.ts";
import { monthSpans } from "../../domain/model/period-words.ts";
import { partialMonthsNote, reportNotes } from "../../domain/model/report-notes.ts";
import { taxTable } from "../../domain/model/tax-table.ts";
import { unconvertedOf, unconvertedTable } from "../../domain/model/unconverted-table.ts";
import { cashFlowOf, type ModelSource, staleOf } from "./model-source.ts";

/** What came in and what went out, by category and month. */
export async function writeIncomeStatement(source: ModelSource): Promise<void> {
  const { counts, ctx, frame, ledger, part, read, write } = source;
  const figured = await readFlow(source);
  const { flow, figures, used } = figured;
  const taxes = counts.withTaxRate > 0 ? (await read(ledger.taxTotalsOf(ctx, part))).items : [];
  const { from, to } = frame.plan;
  const spans = monthSpans(from, to);
  await write([{ part: "facts", facts: flowFacts(frame, flow) }]);
  await write(spendingChart(frame, figures.of("expense")));
  if (spans.length > 1) await write(monthsTable(frame, flow, spans));
  for (const kind of ["income", "expense"] as const) {
    const own = figures.of(kind);
    await write(categoryTable(frame, kind, own, flow));
    await write(mainCategoryTable(frame, kind, own, flow));
  }
  for (const kind of ["income", "expense"] as const)
    await write(categoryMonthTables(frame, kind, figures.of(kind), flow, spans));
  await write(originalTable(frame, figures, flow));
  await write(currencyTables(frame, figures, flow, spans));
  await write(taxTable(frame, taxes, flow));
  await writeRates(source, used);
  const { notes } = frame.texts;
  await writeFlowNotes(source, figured, [
    ...[notes.signs, notes.refunds, ...(taxes.length > 0 ? [notes.taxes] : [])],
    ...partialMonthsNote(frame),
  ]);
}

/** What came in and what went out, by month and currency. */
export async function writeCashFlow(source: ModelSource): Promise<void> {
  const { frame, write } = source;
  const figured = await readFlow(source);
  const { flow, figures, used } = figured;
  const { from, to } = frame.plan;
  const spans = monthSpans(from, to);
  await write([{ part: "facts", facts: flowFacts(frame, flow) }]);
  await write(cashFlowChart(frame, flow));
  await write(monthsTable(frame, flow, spans));
  await write(currencyTables(frame, figures, flow, spans));
  await writeRates(source, used);
  const { notes } = frame.texts;
  await writeFlowNotes(source, figured, [notes.signs, notes.refunds, ...partialMonthsNote(frame)]);
}

export type ReadFlow = {
  readonly flow: CashFlow;
  readonly figures: CategoryFigures;
  readonly used: readonly DayRate[];
};

export async function readFlow(source: ModelSource): Promise<ReadFlow> {
  const { ctx, ledger, names, part, rates, read } = source;
  const flow = await cashFlowOf(source);
  const { items } = await read(ledger.categoryMonthsOf(ctx, part));
  return { flow, figures: createCategoryFigures(items, names.categories), used: rates };
}

const writeRates = ({ frame, write }: ModelSource, used: readonly DayRate[]): Promise<void> =>
  write(
    ratesTable(
      frame,
      used.map((rate) => ({ rate, into: frame.plan.currency })),
    ),
  );

async function writeFlowNotes(
  { asOf, counts, frame, write }: ModelSource,
  { flow, used }: ReadFlow,
  own: readonly string[],
): Promise<void> {
  const unconverted = unconvertedOf(frame, flow);
  await write(unconvertedTable(frame, unconverted));
  await write([
    reportNotes(frame, {
      ...{ own, asOf, counts, staleRates: staleOf(used) },
      converted: used.length > 0 || unconverted.length > 0 ? "amounts" : "nothing",
      rounding: frame.texts.notes.rounding,
      isUnconverted: unconverted.length > 0,
    }),
  ]);
}
