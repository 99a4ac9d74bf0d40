import type { Cell, Column, DocumentPart } from "#platform/documents/model";
import { signOf } from "#platform/kernel/decimal";
import type { BudgetProgress } from "./ledger-figures.ts";
import type { ModelFrame } from "./model-frame.ts";
import { tableParts } from "./table-parts.ts";
import { negated } from "./transaction-lines.ts";
import type { Unconverted } from "./unconverted-table.ts";

/** A row for each period of each budget. What is carried would count twice in a sum: only plan and spending have one. */
export function* budgetTable(
  frame: ModelFrame,
  progress: readonly BudgetProgress[],
): Generator<DocumentPart> {
  const { budgetStates, columns: words, tables } = frame.texts;
  const column = (
    id: keyof typeof words & string,
    kind: Column["kind"],
    width: number,
    more: Partial<Column> = {},
  ): Column => ({ id, title: words[id] as string, kind, width, ...more });
  yield* tableParts(
    frame,
    {
      id: "budgets",
      title: tables.budgets,
      columns: [
        column("budget", "text", 22),
        column("from", "date", 10),
        column("to", "date", 10),
        column("seenOn", "date", 10, { forPrograms: true }),
        column("state", "text", 10, { forPrograms: true }),
        column("planned", "money", 13),
        column("carried", "money", 13),
        column("available", "money", 13, { sumOf: ["planned", "carried"] }),
        column("spent", "money", 13),
        column("remaining", "money", 13),
        column("percentSpent", "percent", 9),
        column("percentElapsed", "percent", 9),
        column("pace", "number", 8),
      ],
    },
    progress.map((one): Cell[] => [
      ...[one.name, one.period.start, one.period.end, one.on, budgetStates[one.status]],
      ...[one.amount, one.carried, one.available, one.spent, one.remaining],
      ...[one.percentSpent, one.percentElapsed, one.pace],
    ]),
    ["planned", "spent"],
  );
}

/** Spending in currencies without a rate, budget by budget. */
export const unconvertedSpending = (progress: readonly BudgetProgress[]): Unconverted[] =>
  progress.flatMap(({ name, on, unconverted }) =>
    unconverted
      .filter(({ amount }) => signOf(amount) !== 0)
      .map((amount) => ({ label: name, amount: negated(amount), on })),
  );
