import type { DocumentPart } from "#platform/documents/model";
import { addDecimals, type DecimalString, zero } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Transaction } from "./ledger-figures.ts";
import { type ModelFrame, shownMoney } from "./model-frame.ts";
import { inOrder, tableParts } from "./table-parts.ts";
import { linesOf } from "./transaction-lines.ts";

/** What transactions come to in each currency, by what they are: as the totals of the API have it. */
export function createCurrencyTotals() {
  const sums = new Map<CurrencyCode, { income: DecimalString; expense: DecimalString }>();
  return {
    add(transaction: Transaction): void {
      const { kind } = transaction;
      if (kind !== "income" && kind !== "expense") return;
      for (const { amount } of linesOf(transaction)) {
        if (!amount) continue;
        const sum = sums.get(amount.currency) ?? { income: zero, expense: zero };
        sums.set(amount.currency, { ...sum, [kind]: addDecimals(sum[kind], amount.amount) });
      }
    },

    *table(frame: ModelFrame): Generator<DocumentPart> {
      const { columns, tables } = frame.texts;
      yield* tableParts(
        frame,
        {
          id: "totals",
          title: tables.totals,
          columns: [
            { id: "currency", title: columns.currency, kind: "text", width: 8 },
            { id: "income", title: columns.income, kind: "money", width: 16 },
            { id: "expense", title: columns.expense, kind: "money", width: 16 },
            {
              ...{ id: "result", title: columns.result, kind: "money", width: 16 },
              sumOf: ["income", "expense"],
            },
          ],
        },
        inOrder(frame, sums.keys()).map((currency) => {
          const { income, expense } = sums.get(currency) ?? { income: zero, expense: zero };
          const result = addDecimals(income, expense);
          return [
            currency,
            ...[income, expense, result].map((sum) => shownMoney(frame, sum, currency)),
          ];
        }),
      );
    },
  };
}
