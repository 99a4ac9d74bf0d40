import { expect } from "bun:test";
import type { Cell, DocumentPart } from "#platform/documents/model";
import type { Money } from "#platform/kernel/money";
import { type ReadTable, tablesOf } from "./report-models.ts";
import { amountOf, unitsOf } from "./transaction-arbitraries.ts";

export const isMoney = (cell: Cell | undefined): cell is Money =>
  typeof cell === "object" && cell !== null;

/** Of one column, in minor units, by currency. */
export function sumsOf({ rows }: Pick<ReadTable, "rows">, column: string): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    const cell = row[column];
    if (isMoney(cell)) sums.set(cell.currency, (sums.get(cell.currency) ?? 0n) + unitsOf(cell));
  }
  return sums;
}

/** As {@link sumsOf}, as text and without what is zero. */
export const sumTexts = (table: ReadTable | undefined, column: string): string[] =>
  [...(table ? sumsOf(table, column) : [])]
    .filter(([, units]) => units !== 0n)
    .map(([currency, units]) => `${amountOf(units, currency)} ${currency}`)
    .toSorted();

/** Every total is the sum of its column's cells, every sum of columns that of its row; amounts have all their decimals. */
export function expectSums(parts: readonly DocumentPart[]): void {
  for (const [name, read] of tablesOf(parts)) {
    for (const { label, sums } of read.totals)
      for (const { column, value } of sums)
        expect([name, label, column, value.amount]).toEqual([
          ...[name, label, column],
          amountOf(sumsOf(read, column).get(value.currency) ?? 0n, value.currency),
        ]);
    for (const { id, sumOf, currency } of read.table.columns)
      for (const row of read.rows) {
        const cell = row[id];
        if (isMoney(cell)) unitsOf(cell);
        if (currency !== undefined && isMoney(cell)) expect<string>(cell.currency).toBe(currency);
        if (!sumOf) continue;
        const addends = sumOf.map((column) => row[column]).filter(isMoney);
        const sum = addends.reduce((total, money) => total + unitsOf(money), 0n);
        expect([name, id, isMoney(cell) ? unitsOf(cell) : 0n]).toEqual([name, id, sum]);
      }
  }
}
