import type { Cell, DocumentPart } from "#platform/documents/model";
import { signOf } from "#platform/kernel/decimal";
import type { Money } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { CashFlow } from "./ledger-figures.ts";
import type { ModelFrame } from "./model-frame.ts";
import { tableParts } from "./table-parts.ts";
import { negated } from "./transaction-lines.ts";

/** An amount that is in no converted figure: what of, signed, and of which day where that matters. */
export type Unconverted = {
  readonly label: string;
  readonly amount: Money;
  readonly on: LocalDate | null;
};

export function unconvertedOf({ texts }: ModelFrame, { total }: CashFlow): Unconverted[] {
  const { income, expense } = total.unconverted;
  return [
    ...income.map((amount) => ({ label: texts.kinds.income, amount, on: null })),
    ...expense.map((amount) => ({ label: texts.kinds.expense, amount: negated(amount), on: null })),
  ].filter(({ amount }) => signOf(amount.amount) !== 0);
}

export function* unconvertedTable(
  frame: ModelFrame,
  amounts: readonly Unconverted[],
): Generator<DocumentPart> {
  if (amounts.length === 0) return;
  const { columns, tables } = frame.texts;
  const isDated = amounts.some(({ on }) => on !== null);
  yield* tableParts(
    frame,
    {
      id: "unconverted",
      title: tables.unconverted,
      columns: [
        { id: "kind", title: columns.kind, kind: "text", width: 30 },
        ...(isDated ? [{ id: "date", title: columns.date, kind: "date", width: 10 } as const] : []),
        { id: "amount", title: columns.amount, kind: "money", width: 20 },
      ],
    },
    amounts.map(({ label, amount, on }): Cell[] => [label, ...(isDated ? [on] : []), amount]),
    isDated ? [] : ["amount"],
  );
}
