import type { BudgetProgress, DayRate } from "#modules/ledger/contract";
import type { CurrencyCode } from "#platform/kernel/money";
import { budgetTable, unconvertedSpending } from "../../domain/model/budget-table.ts";
import { ratesTable } from "../../domain/model/day-rates.ts";
import type { ModelFrame } from "../../domain/model/model-frame.ts";
import { reportNotes } from "../../domain/model/report-notes.ts";
import { unconvertedTable } from "../../domain/model/unconverted-table.ts";
import { type ModelSource, staleOf } from "./model-source.ts";

/** What was planned, and what became of it. */
export async function writeBudgets(source: ModelSource): Promise<void> {
  const { asOf, counts, frame, write } = source;
  const progress = await readBudgets(source);
  const used = await ratesInto(source, new Set(progress.map(({ amount }) => amount.currency)));
  const unconverted = unconvertedSpending(progress);
  await write(budgetTable(frame, progress));
  await write(ratesTable(frame, used));
  await write(unconvertedTable(frame, unconverted));
  await write([
    reportNotes(frame, {
      own: budgetNotes(frame, progress, used.length > 0 || unconverted.length > 0),
      ...{ asOf, counts, staleRates: staleOf(used.map(({ rate }) => rate)) },
      ...{ converted: "nothing", rounding: null },
      isUnconverted: unconverted.length > 0,
    }),
  ]);
}

export const readBudgets = async ({
  ctx,
  ledger,
  part,
  read,
}: ModelSource): Promise<readonly BudgetProgress[]> =>
  (await read(ledger.budgetProgressOf(ctx, part))).items;

export function budgetNotes(
  { plan, texts }: ModelFrame,
  progress: readonly BudgetProgress[],
  isConverted: boolean,
): readonly string[] {
  const { notes, shortSources } = texts;
  const isCarriedInPart = progress.some(({ carriedUnconverted }) => carriedUnconverted.length > 0);
  return [
    ...[notes.budgets, notes.budgetDays, notes.archivedBudgets],
    ...(isConverted ? [notes.budgetRates(shortSources[plan.rateSource])] : []),
    ...(isCarriedInPart ? [notes.carriedUnconverted] : []),
  ];
}

/** Of the days of the report, into the currency of each budget: as many questions as there are such currencies. */
export async function ratesInto(
  { ctx, ledger, part, read }: ModelSource,
  currencies: ReadonlySet<CurrencyCode>,
): Promise<{ readonly rate: DayRate; readonly into: CurrencyCode }[]> {
  const found = await Promise.all(
    [...currencies].toSorted().map(async (into) => {
      const { items } = await read(ledger.dayRatesOf(ctx, { ...part, currency: into }));
      return items.map((rate) => ({ rate, into }));
    }),
  );
  return found.flat();
}
