import type { Column, Fact, Table } from "#platform/documents/model";
import {
  addDecimals,
  compareDecimals,
  type DecimalString,
  signOf,
  zero,
} from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import { conversionCells, conversionColumns, type DayRates } from "./day-rates.ts";
import type { Transaction } from "./ledger-figures.ts";
import { type ModelFrame, shownMoney } from "./model-frame.ts";
import type { Cells } from "./table-parts.ts";
import { linesOfAccount } from "./transaction-lines.ts";
import { type BookNames, counterOf } from "./transactions-table.ts";
import type { Unconverted } from "./unconverted-table.ts";

export type Statement = {
  readonly accountId: Id;
  readonly currency: CurrencyCode;
  readonly opening: Money;
  readonly hasTaxRates: boolean;
};

export function statementTable(frame: ModelFrame, { currency, hasTaxRates }: Statement): Table {
  const { columns: words, tables } = frame.texts;
  const column = (
    id: keyof typeof words & string,
    kind: Column["kind"],
    width: number,
    more: Partial<Column> = {},
  ): Column => ({ id, title: words[id] as string, kind, width, ...more });
  return {
    id: "movements",
    title: tables.statement,
    columns: [
      column("date", "date", 10),
      column("kind", "text", 11),
      column("counter", "text", 20),
      column("payee", "text", 20),
      column("note", "text", 20),
      column("documentNumber", "text", 10),
      column("tags", "text", 10, { forPrograms: true }),
      column("taxRate", "percent", 7, hasTaxRates ? {} : { forPrograms: true }),
      column("amount", "money", 14, { currency }),
      column("balance", "money", 14, { currency }),
      ...conversionColumns(frame, currency !== frame.plan.currency),
      column("state", "text", 8, { forPrograms: true }),
      column("counterCode", "text", 10, { forPrograms: true }),
      column("transactionId", "text", 20, { forPrograms: true }),
    ],
  };
}

/** The first row: with it the amounts of all rows come to the closing balance. */
export const openingRow = ({ plan, texts }: ModelFrame, { opening }: Statement): Cells => [
  ...[plan.from, texts.openingLine, null, null, null, null, null, null],
  ...[opening, opening, null, null, null, null, null, null, null],
];

/** Follows the balance of an account from line to line. */
export function createRunningStatement(
  frame: ModelFrame,
  names: BookNames,
  rates: DayRates,
  { accountId, currency, opening }: Statement,
) {
  let balance = opening.amount;
  let [received, paid, unconverted] = [zero, zero, zero];
  const { texts } = frame;
  const shown = (amount: DecimalString) => shownMoney(frame, amount, currency);
  return {
    rows(transaction: Transaction): Cells[] {
      const { id, date, kind, payee, documentNumber, tags, taxRate, cleared } = transaction;
      return linesOfAccount(accountId, transaction).map((line) => {
        const { gets } = line;
        balance = addDecimals(balance, gets.amount);
        if (signOf(gets.amount) > 0) received = addDecimals(received, gets.amount);
        else paid = addDecimals(paid, gets.amount);
        const counter = counterOf(names, line);
        const converted = conversionCells(frame, rates, date, gets);
        if (converted[0] === null) unconverted = addDecimals(unconverted, gets.amount);
        return [
          ...[date, texts.kinds[kind], counter.name, payee, line.note, documentNumber],
          ...[tags.join(", ") || null, taxRate, shown(gets.amount), shown(balance)],
          ...converted,
          ...[cleared ? texts.states.cleared : texts.states.open, counter.code, id],
        ];
      });
    },

    /** What of the movements has no rate on its day. */
    unconverted: (): Unconverted[] =>
      signOf(unconverted) === 0
        ? []
        : [{ label: texts.tables.statement, amount: shown(unconverted), on: null }],

    /** Throws unless what was read comes to the balance that the book has. */
    facts(closing: Money): Fact[] {
      if (compareDecimals(balance, closing.amount) !== 0)
        throw new Error("the movements of an account do not come to its balance");
      const { facts: labels } = texts;
      const fact = (id: "opening" | "received" | "paid" | "closing", value: Money): Fact => ({
        ...{ id, label: labels[id], kind: "money", value },
      });
      return [
        fact("opening", opening),
        fact("received", shown(received)),
        fact("paid", shown(paid)),
        fact("closing", closing),
      ];
    },
  };
}
