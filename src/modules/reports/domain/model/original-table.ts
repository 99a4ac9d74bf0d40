import type { Cell, DocumentPart } from "#platform/documents/model";
import type { Money } from "#platform/kernel/money";
import type { CategoryFigures } from "./category-figures.ts";
import { signedBy } from "./category-tables.ts";
import type { CashFlow } from "./ledger-figures.ts";
import { type ModelFrame, shownBase, shownMoney } from "./model-frame.ts";
import { hasForeign } from "./month-tables.ts";
import { roundingOf } from "./rounding.ts";
import { inOrder, tableParts } from "./table-parts.ts";

/** Category by category in each currency, exact, with what it comes to; nothing where all is in the report's currency. */
export function* originalTable(
  frame: ModelFrame,
  figures: CategoryFigures,
  flow: CashFlow,
): Generator<DocumentPart> {
  if (!hasForeign(frame, figures)) return;
  const { columns, kinds, rounding, tables } = frame.texts;
  const base = frame.plan.currency;
  const rows: Cell[][] = [];
  const converted: (Money | null)[] = [];
  for (const kind of ["income", "expense"] as const)
    for (const { place, currencies } of figures.of(kind))
      for (const currency of inOrder(frame, currencies.keys())) {
        const figure = currencies.get(currency);
        if (!figure) continue;
        const into = figure.converted && signedBy(kind, shownBase(frame, figure.converted));
        converted.push(into);
        const amount = signedBy(kind, shownMoney(frame, figure.amount, currency));
        rows.push([kinds[kind], place.path, place.externalCode, amount, into]);
      }
  const left = roundingOf(frame, flow.total.net.amount, converted);
  if (left) rows.push([null, rounding, null, null, left]);
  yield* tableParts(
    frame,
    {
      id: "original",
      title: tables.original,
      columns: [
        { id: "kind", title: columns.kind, kind: "text", width: 12 },
        { id: "category", title: columns.category, kind: "text", width: 36 },
        { id: "code", title: columns.code, kind: "text", width: 10, forPrograms: true },
        { id: "amount", title: columns.amount, kind: "money", width: 18 },
        {
          ...{ id: "converted", title: columns.converted(base), kind: "money", width: 16 },
          currency: base,
        },
      ],
    },
    rows,
    ["amount", "converted"],
  );
}
