import { maxHeaderRows, maxImportColumns } from "../bounds.ts";
import { readNumber, takeApart } from "./import-amount.ts";
import { datesIn } from "./import-date.ts";
import type {
  ColumnFacts,
  CsvRow,
  DateOrder,
  DecimalMark,
  Example,
  FileFacts,
} from "./import-format.ts";
import { type ColumnKind, hasDateAndMoney, headingOf, knownKinds } from "./import-headings.ts";

/** What is kept of the file's beginning for headings and balances. */
const maxHeadRows = 200;
const maxHeadCellCharacters = 80;
const maxHeadCharacters = 64 * 1024;
/** Of a column that says which way money went there are no more different texts than these. */
const maxValues = 6;
const maxValueCharacters = 12;
/** Shorter ones number the rows of one file. */
const minIdCharacters = 5;
const maxIdColumns = 3;
const examplesOfASort = 2;

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object ? Mutable<T[K]> : T[K] };
type Counted = {
  filled: number;
  readonly dates: {
    count: number;
    fits: Record<DateOrder, number>;
    differ: Mutable<ColumnFacts["dates"]["differ"]>;
    examples: Example[];
  };
  readonly amounts: {
    count: number;
    fits: Record<DecimalMark, number>;
    ambiguous: number;
    negative: number;
    positive: number;
    plus: number;
    examples: Example[];
  };
  values: Record<string, number> | null;
  /** Texts of an id column; undefined = it is none, or they do not tell rows apart. */
  ids: Set<string> | undefined;
  /** Sort of example -> how many of it there are. */
  readonly sorts: Record<string, number>;
};

export type FactsOfRows = {
  /** The rows of the file in their order, the ones above the headings too. */
  add(row: CsvRow): void;
  facts(): FileFacts;
};

/** Counts what tells how a file is to be read, over all of its rows, in memory that does not grow with them (but for ids). */
export function createFacts(answers: { readonly headerRows?: number } = {}): FactsOfRows {
  const head: string[][] = [];
  let headCharacters = 0;
  /** The first rows, until it is known where the headings are. */
  let waiting: CsvRow[] | null = [];
  let headerRows = 0;
  let rows = 0;
  const columns: Counted[] = [];
  const widths: Record<string, number> = {};

  function keep(cells: readonly string[]): void {
    if (head.length === maxHeadRows || headCharacters > maxHeadCharacters) return;
    const cut = cells.map((cell) => cell.slice(0, maxHeadCellCharacters));
    for (const cell of cut) headCharacters += cell.length;
    head.push(cut);
  }

  function begin(first: readonly CsvRow[]): void {
    headerRows = answers.headerRows ?? findHeaderRows(first);
    const headings = first[headerRows - 1]?.cells ?? [];
    const ids = headings
      .flatMap((cell, index) => (headingOf(cell)?.kind === "id" ? [index] : []))
      .slice(0, maxIdColumns);
    const width = Math.max(headings.length, ...first.map(({ cells }) => cells.length));
    for (let index = 0; index < Math.min(width, maxImportColumns); index += 1)
      columns.push(emptyColumn(ids.includes(index)));
    for (const row of first.slice(headerRows)) count(row);
  }

  function count({ cells, number, fault }: CsvRow): void {
    rows += 1;
    if (fault !== null) return;
    widths[cells.length] = (widths[cells.length] ?? 0) + 1;
    for (const [index, cell] of cells.entries()) {
      const column = columns[index];
      if (column && cell !== "") countCell(column, cell, number);
    }
  }

  return {
    add(row) {
      keep(row.cells);
      if (!waiting) return count(row);
      waiting.push(row);
      if (waiting.length === maxHeaderRows) {
        begin(waiting);
        waiting = null;
      }
    },
    facts() {
      if (waiting) begin(waiting);
      waiting = null;
      return { head, headerRows, rows, widths, columns: columns.map(factsOf) };
    },
  };
}

/**
 * Rows up to and with the one that has the most known headings, a day and money among them, or at least two; without
 * one, those above the first day and amount. What has a day in it is no row of headings.
 */
function findHeaderRows(rows: readonly CsvRow[]): number {
  const known = rows.map(({ cells }) =>
    cells.some((cell) => datesIn(cell) !== null) ? new Set<ColumnKind>() : knownKinds(cells),
  );
  for (const isEnough of [hasDateAndMoney, hasTwo]) {
    const scores = known.map((kinds) => (isEnough(kinds) ? kinds.size : 0));
    const best = Math.max(0, ...scores);
    if (best > 0) return scores.indexOf(best) + 1;
  }
  const first = rows.findIndex(
    ({ cells }) =>
      cells.some((cell) => datesIn(cell) !== null) &&
      cells.some((cell) => datesIn(cell) === null && takeApart(cell) !== null),
  );
  return Math.max(0, first);
}

const hasTwo = (kinds: ReadonlySet<ColumnKind>) => kinds.size > 1;

const emptyColumn = (isId: boolean): Counted => ({
  filled: 0,
  dates: {
    count: 0,
    fits: { dmy: 0, mdy: 0, ymd: 0 },
    differ: { dmy_mdy: 0, dmy_ymd: 0, mdy_ymd: 0 },
    examples: [],
  },
  amounts: {
    count: 0,
    fits: { comma: 0, point: 0 },
    ambiguous: 0,
    negative: 0,
    positive: 0,
    plus: 0,
    examples: [],
  },
  values: {},
  ids: isId ? new Set() : undefined,
  sorts: {},
});

function countCell(column: Counted, cell: string, row: number): void {
  column.filled += 1;
  countValue(column, cell);
  if (column.ids) {
    if (cell.length < minIdCharacters || column.ids.has(cell)) column.ids = undefined;
    else column.ids.add(cell);
  }
  countDate(column, cell, row);
  countAmount(column, cell, row);
}

function countValue(column: Counted, cell: string): void {
  if (!column.values) return;
  if (cell.length > maxValueCharacters) column.values = null;
  else if (Object.hasOwn(column.values, cell)) column.values[cell] = (column.values[cell] ?? 0) + 1;
  else if (Object.keys(column.values).length === maxValues) column.values = null;
  // Object.prototype is written to by no other way.
  else Object.defineProperty(column.values, cell, { value: 1, writable: true, enumerable: true });
}

function countDate(column: Counted, cell: string, row: number): void {
  const dates = datesIn(cell);
  if (!dates) return;
  const { fits, differ, examples } = column.dates;
  const { dmy, mdy, ymd } = dates;
  column.dates.count += 1;
  if (dmy) fits.dmy += 1;
  if (mdy) fits.mdy += 1;
  if (ymd) fits.ymd += 1;
  if (dmy && mdy && dmy !== mdy) differ.dmy_mdy += 1;
  if (dmy && ymd && dmy !== ymd) differ.dmy_ymd += 1;
  if (mdy && ymd && mdy !== ymd) differ.mdy_ymd += 1;
  if (isNewSort(column, `date ${dmy ? "d" : ""}${mdy ? "m" : ""}${ymd ? "y" : ""}`))
    examples.push({ row, text: cell });
}

function countAmount(column: Counted, cell: string, row: number): void {
  const written = takeApart(cell);
  if (!written) return;
  const comma = readNumber(written.number, "comma");
  const point = readNumber(written.number, "point");
  if (comma === null && point === null) return;
  const { amounts } = column;
  amounts.count += 1;
  if (comma !== null) amounts.fits.comma += 1;
  if (point !== null) amounts.fits.point += 1;
  const ambiguous = comma !== null && point !== null && comma !== point;
  if (ambiguous) amounts.ambiguous += 1;
  if (/[1-9]/.test(written.number)) {
    if (written.direction === "out") amounts.negative += 1;
    else {
      amounts.positive += 1;
      if (written.direction === "in") amounts.plus += 1;
    }
  }
  const sort = ambiguous ? "both" : comma === null ? "point" : point === null ? "comma" : "neither";
  if (isNewSort(column, `amount ${sort} ${written.direction}`))
    amounts.examples.push({ row, text: cell });
}

function isNewSort({ sorts }: Counted, sort: string): boolean {
  const known = sorts[sort] ?? 0;
  if (known === examplesOfASort) return false;
  sorts[sort] = known + 1;
  return true;
}

const factsOf = ({ filled, dates, amounts, values, ids }: Counted): ColumnFacts => ({
  filled,
  dates,
  amounts,
  values,
  identifies: ids !== undefined && ids.size > 0,
});
