import type { Account } from "#modules/ledger/contract";
import type { Fact } from "#platform/documents/model";
import { zero } from "#platform/kernel/decimal";
import type { Money } from "#platform/kernel/money";
import { addDays } from "#platform/kernel/time";
import { createDayRates } from "../../domain/model/day-rates.ts";
import { type ModelFrame, shownMoney } from "../../domain/model/model-frame.ts";
import { reportNotes } from "../../domain/model/report-notes.ts";
import {
  createRunningStatement,
  openingRow,
  statementTable,
} from "../../domain/model/statement-table.ts";
import { createColumnSums } from "../../domain/model/table-parts.ts";
import { unconvertedTable } from "../../domain/model/unconverted-table.ts";
import { type ModelSource, staleOf, transactionPages } from "./model-source.ts";

/** What an account had, what it got and gave, and what it has. */
export async function writeStatement(source: ModelSource): Promise<void> {
  const { counts, frame, names, write } = source;
  const account = accountOf(source);
  const { opening, closing } = await balancesAround(source, account);
  const isForeign = account.currency !== frame.plan.currency;
  const used = isForeign ? source.rates : [];
  const hasTaxRates = counts.withTaxRate > 0;
  const statement = { accountId: account.id, currency: account.currency, opening, hasTaxRates };
  const running = createRunningStatement(frame, names, createDayRates(used), statement);
  const table = statementTable(frame, statement);
  const sums = createColumnSums(frame, table.columns, ["amount"]);

  await write([
    { part: "facts", facts: accountFacts(frame, account) },
    { part: "table", table },
  ]);
  const first = openingRow(frame, statement);
  sums.add(first);
  await write([{ part: "row", cells: first }]);
  for await (const page of transactionPages(source))
    for (const transaction of page) {
      const rows = running.rows(transaction);
      for (const cells of rows) sums.add(cells);
      await write(rows.map((cells) => ({ part: "row", cells })));
    }
  const { notes, closingLine } = frame.texts;
  const unconverted = isForeign ? running.unconverted() : [];
  const isOwed = account.kind === "credit_card" || account.kind === "loan";
  await write([
    { part: "totals", totals: sums.totals(() => closingLine) },
    { part: "facts", facts: running.facts(closing) },
  ]);
  await write(unconvertedTable(frame, unconverted));
  await write([
    reportNotes(frame, {
      own: [notes.parts, notes.running, ...(isOwed ? [notes.liabilities] : [])],
      ...{ asOf: source.asOf, counts, staleRates: staleOf(used) },
      converted: isForeign ? "amounts" : "nothing",
      rounding: notes.convertedLines,
      isUnconverted: unconverted.length > 0,
    }),
  ]);
}

function accountOf({ accounts, frame }: ModelSource): Account {
  const [accountId, ...others] = frame.plan.accountIds ?? [];
  const account = accounts.find(({ id }) => id === accountId);
  if (!account || others.length > 0) throw new Error("a statement is of one account");
  return account;
}

function accountFacts({ texts }: ModelFrame, account: Account): Fact[] {
  const { accountKinds, facts: labels } = texts;
  const fact = (
    id: "account" | "accountKind" | "accountCode" | "currency",
    value: string | null,
  ): Fact => ({ id, label: labels[id], kind: "text", value });
  return [
    fact("account", account.name),
    fact("accountKind", accountKinds[account.kind]),
    ...(account.externalCode === null ? [] : [fact("accountCode", account.externalCode)]),
    fact("currency", account.currency),
  ];
}

/** At the end of the day before, and of the last day. */
async function balancesAround(
  { ctx, frame, ledger, part }: ModelSource,
  { id, currency }: Account,
): Promise<{ readonly opening: Money; readonly closing: Money }> {
  const { from, to } = frame.plan;
  const before = addDays(from, -1);
  const { userId, bookId } = part;
  const found = await ledger.balancesAt(ctx, { userId, bookId, days: [before, to] });
  const at = (day: string): Money =>
    found.find(({ accountId, on }) => accountId === id && on === day)?.balance ??
    shownMoney(frame, zero, currency);
  return { opening: at(before), closing: at(to) };
}
