import type {
  Cell,
  Column,
  DocumentPart,
  ModelName,
  Table,
  TotalRow,
} from "#platform/documents/model";
import { addDecimals, type DecimalString } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import { type ModelFrame, shownMoney } from "./model-frame.ts";

export type Cells = readonly Cell[];

export type ColumnSums = {
  add(cells: Cells): void;
  /** A row for each currency, that of the report first. */
  totals(labelOf?: (currency: CurrencyCode) => string): readonly TotalRow[];
};

/** Adds up the named columns of a table while its rows are written, each currency by itself. */
export function createColumnSums(
  frame: ModelFrame,
  columns: readonly Column[],
  summed: readonly ModelName[],
): ColumnSums {
  const places = summed.map((name) => ({
    name,
    at: columns.findIndex(({ id }) => id === name),
    sums: new Map<CurrencyCode, DecimalString>(),
  }));
  return {
    add(cells) {
      for (const { at, sums } of places) {
        const cell = cells[at];
        if (typeof cell !== "object" || cell === null) continue;
        const { amount, currency } = cell;
        const sum = sums.get(currency);
        sums.set(currency, sum === undefined ? amount : addDecimals(sum, amount));
      }
    },
    totals(labelOf = frame.texts.total) {
      const currencies = new Set(places.flatMap(({ sums }) => [...sums.keys()]));
      return inOrder(frame, currencies).map((currency) => ({
        label: labelOf(currency),
        sums: places.flatMap(({ name, sums }) => {
          const sum = sums.get(currency);
          return sum === undefined
            ? []
            : [{ column: name, value: shownMoney(frame, sum, currency) }];
        }),
      }));
    },
  };
}

/** That of the report first, the others by their codes. */
export function inOrder(
  { plan }: ModelFrame,
  currencies: Iterable<CurrencyCode>,
): readonly CurrencyCode[] {
  const rank = (currency: CurrencyCode) => (currency === plan.currency ? "" : currency);
  return [...currencies].toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** A table that is whole in memory. */
export function* tableParts(
  frame: ModelFrame,
  table: Table,
  rows: Iterable<Cells>,
  summed: readonly ModelName[] = [],
): Generator<DocumentPart> {
  const sums = createColumnSums(frame, table.columns, summed);
  yield { part: "table", table };
  for (const cells of rows) {
    sums.add(cells);
    yield { part: "row", cells };
  }
  yield { part: "totals", totals: sums.totals() };
}
