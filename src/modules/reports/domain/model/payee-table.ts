import type { Cell, DocumentPart } from "#platform/documents/model";
import type { Spending } from "./ledger-figures.ts";
import type { ModelFrame } from "./model-frame.ts";
import { roundingOf } from "./rounding.ts";
import { tableParts } from "./table-parts.ts";
import { negated } from "./transaction-lines.ts";

/** To whom most went, and all others together. */
export function* payeeTable(frame: ModelFrame, spending: Spending): Generator<DocumentPart> {
  const { columns, others, rounding, tables, withoutPayee } = frame.texts;
  const { currency } = frame.plan;
  const groups = [
    ...spending.items.map(({ name, ...rest }) => ({ name: name ?? withoutPayee, ...rest })),
    ...(spending.others ? [{ name: others, ...spending.others }] : []),
  ];
  const rows: Cell[][] = groups.map(({ name, transactions, amount }) => [
    ...[name, String(transactions), negated(amount)],
  ]);
  const left = roundingOf(
    frame,
    negated(spending.total).amount,
    groups.map(({ amount }) => negated(amount)),
  );
  if (left) rows.push([rounding, null, left]);
  yield* tableParts(
    frame,
    {
      id: "payees",
      title: tables.payees,
      columns: [
        { id: "payee", title: columns.payee, kind: "text", width: 40 },
        { id: "transactions", title: columns.transactions, kind: "number", width: 14 },
        { id: "amount", title: columns.amount, kind: "money", currency, width: 16 },
      ],
    },
    rows,
    ["amount"],
  );
}
