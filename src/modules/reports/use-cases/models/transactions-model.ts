import type { DayRate } from "#modules/ledger/contract";
import type { Fact } from "#platform/documents/model";
import { addDecimals, signOf, subtractDecimals, zero } from "#platform/kernel/decimal";
import { createDatevBookings, type DatevInput } from "../../domain/datev-bookings.ts";
import { createCurrencyTotals } from "../../domain/model/currency-totals.ts";
import { datevNotes, datevTables } from "../../domain/model/datev-tables.ts";
import { createDayRates, dayOfRate } from "../../domain/model/day-rates.ts";
import { type ModelFrame, shownBase } from "../../domain/model/model-frame.ts";
import { flowFacts } from "../../domain/model/month-tables.ts";
import { reportNotes } from "../../domain/model/report-notes.ts";
import { createColumnSums } from "../../domain/model/table-parts.ts";
import {
  summedColumns,
  transactionRows,
  transactionsTable,
} from "../../domain/model/transactions-table.ts";
import { unconvertedOf, unconvertedTable } from "../../domain/model/unconverted-table.ts";
import { cashFlowOf, type ModelSource, staleOf, transactionPages } from "./model-source.ts";

/** Every entry of the time, and what they come to; with the bookings of an EXTF file where one is wanted. */
export async function writeTransactions(source: ModelSource): Promise<DatevInput | null> {
  const { counts, frame, write } = source;
  const { rates: used } = source;
  const flow = await cashFlowOf(source);
  const bookings = datevBookings(source, used);
  await write([{ part: "facts", facts: flowFacts(frame, flow) }]);
  const { converted, totals } = await writeEntries(source, used, bookings);
  await write(totals.table(frame));

  const left = subtractDecimals(flow.total.net.amount, converted);
  if (signOf(left) !== 0)
    await write([
      {
        part: "facts",
        facts: [
          baseFact(frame, "roundingDifference", left),
          baseFact(frame, "convertedResult", flow.total.net.amount),
        ],
      },
    ]);
  const unconverted = unconvertedOf(frame, flow);
  await write(unconvertedTable(frame, unconverted));
  const datev = bookings?.result() ?? null;
  if (datev) await write(datevTables(frame, datev));
  const { notes } = frame.texts;
  const hasMoves = counts.transfers + counts.openings > 0;
  await write([
    reportNotes(frame, {
      own: [
        ...[notes.signs, notes.parts, ...(hasMoves ? [notes.moves] : []), notes.refunds],
        ...datevNotes(frame, datev),
      ],
      ...{ asOf: source.asOf, counts, staleRates: staleOf(used) },
      converted: used.length > 0 || unconverted.length > 0 ? "amounts" : "nothing",
      rounding: notes.convertedLines,
      isUnconverted: unconverted.length > 0,
    }),
  ]);
  return datev;
}

async function writeEntries(
  source: ModelSource,
  used: readonly DayRate[],
  bookings: ReturnType<typeof datevBookings>,
) {
  const { counts, frame, names, write } = source;
  const rates = createDayRates(used);
  const table = transactionsTable(frame, counts);
  const sums = createColumnSums(frame, table.columns, summedColumns);
  const totals = createCurrencyTotals();
  const at = table.columns.findIndex(({ id }) => id === "converted");
  let converted = zero;
  await write([{ part: "table", table }]);
  for await (const page of transactionPages(source)) {
    bookings?.add(page);
    for (const transaction of page) {
      totals.add(transaction);
      const rows = transactionRows(frame, names, rates, transaction);
      for (const cells of rows) {
        sums.add(cells);
        const cell = cells[at];
        if (cell && typeof cell === "object") converted = addDecimals(converted, cell.amount);
      }
      await write(rows.map((cells) => ({ part: "row", cells })));
    }
  }
  await write([{ part: "totals", totals: sums.totals() }]);
  return { converted, totals };
}

/** Null where no EXTF file is wanted. */
function datevBookings(source: ModelSource, used: readonly DayRate[]) {
  const { accounts, categories, frame } = source;
  const { currency, datev, formats, rateSource } = frame.plan;
  if (!formats.includes("datev") || !datev) return null;
  const { accountLength, openingBalanceAccount, transitAccount } = datev;
  const rates = createDayRates(used);
  return createDatevBookings({
    accounts: new Map(accounts.map((account) => [account.id, account])),
    categories: new Map(categories.map((category) => [category.id, category])),
    ...{ opening: openingBalanceAccount, transit: transitAccount, accountLength, currency },
    digits: frame.scales.digitsOf(currency) ?? 0,
    rateOf(of, day) {
      const found = rates.of(day, of);
      return found ? { rate: found.rate, origin: `${rateSource}, ${dayOfRate(found)}` } : null;
    },
  });
}

const baseFact = (
  frame: ModelFrame,
  id: "roundingDifference" | "convertedResult",
  amount: Parameters<typeof shownBase>[1],
): Fact => ({
  ...{ id, label: frame.texts.facts[id], kind: "money" },
  value: shownBase(frame, amount),
});
