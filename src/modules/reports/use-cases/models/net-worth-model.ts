import type { AccountBalance, NetWorth, NetWorthPoint } from "#modules/ledger/contract";
import { netWorthChart } from "../../domain/model/charts.ts";
import { ratesTable } from "../../domain/model/day-rates.ts";
import {
  balancesTable,
  netWorthFacts,
  netWorthTable,
  unconvertedWorth,
} from "../../domain/model/net-worth-tables.ts";
import { reportNotes } from "../../domain/model/report-notes.ts";
import { unconvertedTable } from "../../domain/model/unconverted-table.ts";
import { type ModelSource, staleOf } from "./model-source.ts";

/** What was owned and owed at the ends of months, and in which accounts at the last. */
export async function writeNetWorth(source: ModelSource): Promise<void> {
  const { asOf, counts, frame, write } = source;
  const { worth, last, balances } = await readWorth(source);
  const rates = worth.items.flatMap((point) => point.rates);
  const unconverted = unconvertedWorth(frame, worth);
  await write([{ part: "facts", facts: netWorthFacts(frame, last) }]);
  await write(netWorthChart(frame, worth));
  await write(netWorthTable(frame, worth));
  await write(balancesTable(frame, source.accounts, balances, last));
  await write(
    ratesTable(
      frame,
      rates.map((rate) => ({ rate, into: frame.plan.currency })),
    ),
  );
  await write(unconvertedTable(frame, unconverted));
  const { notes } = frame.texts;
  await write([
    reportNotes(frame, {
      own: [notes.liabilities, notes.balances],
      ...{ asOf, counts, staleRates: staleOf(rates) },
      converted: rates.length > 0 || unconverted.length > 0 ? "balances" : "nothing",
      rounding: notes.rounding,
      isUnconverted: unconverted.length > 0,
    }),
  ]);
}

export type ReadWorth = {
  readonly worth: NetWorth;
  readonly last: NetWorthPoint;
  /** Of the report's accounts, on the last day. */
  readonly balances: readonly AccountBalance[];
};

export async function readWorth({
  ctx,
  frame,
  ledger,
  part,
  read,
}: ModelSource): Promise<ReadWorth> {
  const worth = await read(ledger.netWorthOf(ctx, part));
  const last = worth.items.at(-1);
  if (!last) throw new Error("a time has a last day");
  const { accountIds, bookId, userId } = part;
  const days = [frame.plan.to];
  const balances = await ledger.balancesAt(ctx, { userId, bookId, days });
  return {
    ...{ worth, last },
    balances: balances.filter(
      ({ accountId }) => accountIds === null || accountIds.includes(accountId),
    ),
  };
}
