import type { Column, Table } from "#platform/documents/model";
import type { Id } from "#platform/kernel/ids";
import type { CategoryPlaces } from "./category-places.ts";
import { conversionCells, conversionColumns, type DayRates } from "./day-rates.ts";
import type { Account, Transaction, TransactionCounts } from "./ledger-figures.ts";
import type { ModelFrame } from "./model-frame.ts";
import type { Cells } from "./table-parts.ts";
import { linesOf, type TransactionLine } from "./transaction-lines.ts";

/** What lines speak of by id. */
export type BookNames = {
  readonly accounts: ReadonlyMap<Id, Pick<Account, "name" | "externalCode">>;
  readonly categories: CategoryPlaces;
};

export const summedColumns = ["amount", "converted"] as const;

/** Columns that nothing stands in are for programs, which want the same ones always. */
export function transactionsTable(
  frame: ModelFrame,
  counts: Pick<TransactionCounts, "transfers" | "openings" | "withTaxRate" | "currencies">,
): Table {
  const { columns: words, tables } = frame.texts;
  const isForeign = counts.currencies.some((currency) => currency !== frame.plan.currency);
  const when = (isUsed: boolean) => (isUsed ? {} : { forPrograms: true });
  const column = (
    id: keyof typeof words & string,
    kind: Column["kind"],
    width: number,
    more: Partial<Column> = {},
  ): Column => ({ id, title: words[id] as string, kind, width, ...more });
  return {
    id: "transactions",
    title: tables.transactions,
    columns: [
      column("date", "date", 10),
      column("kind", "text", 10, { forPrograms: true }),
      column("account", "text", 16),
      column("counter", "text", 20),
      column("payee", "text", 20),
      column("note", "text", 20),
      column("documentNumber", "text", 10),
      column("tags", "text", 10, { forPrograms: true }),
      column("taxRate", "percent", 7, when(counts.withTaxRate > 0)),
      column("amount", "money", 16),
      ...conversionColumns(frame, isForeign),
      column("moved", "money", 16, when(counts.transfers + counts.openings > 0)),
      column("arrived", "money", 16, when(counts.transfers > 0 && counts.currencies.length > 1)),
      column("state", "text", 8, { forPrograms: true }),
      column("accountCode", "text", 10, { forPrograms: true }),
      column("counterCode", "text", 10, { forPrograms: true }),
      column("transactionId", "text", 20, { forPrograms: true }),
    ],
  };
}

/** A row for each line of a transaction. */
export function transactionRows(
  frame: ModelFrame,
  names: BookNames,
  rates: DayRates,
  transaction: Transaction,
): Cells[] {
  const { texts } = frame;
  const { id, date, kind, payee, documentNumber, tags, taxRate, cleared } = transaction;
  return linesOf(transaction).map((line) => {
    const account = names.accounts.get(line.accountId);
    const counter = counterOf(names, line);
    return [
      ...[date, texts.kinds[kind], account?.name ?? null, counter.name, payee, line.note],
      ...[documentNumber, tags.join(", ") || null, taxRate, line.amount],
      ...conversionCells(frame, rates, date, line.amount),
      ...[line.moved, line.arrived, cleared ? texts.states.cleared : texts.states.open],
      ...[account?.externalCode ?? null, counter.code, id],
    ];
  });
}

/** Its category, or the other account. */
export function counterOf(
  { accounts, categories }: BookNames,
  { categoryId, counterAccountId }: Pick<TransactionLine, "categoryId" | "counterAccountId">,
): { readonly name: string | null; readonly code: string | null } {
  if (categoryId !== null) {
    const { path, externalCode } = categories.of(categoryId);
    return { name: path, code: externalCode };
  }
  const account = counterAccountId === null ? undefined : accounts.get(counterAccountId);
  return { name: account?.name ?? null, code: account?.externalCode ?? null };
}
