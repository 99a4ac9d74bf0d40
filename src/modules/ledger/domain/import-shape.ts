import { takeApart } from "./import-amount.ts";
import { datesIn } from "./import-date.ts";
import {
  type CsvRow,
  type ImportQuestion,
  type ImportQuote,
  type ImportSeparator,
  importSeparators,
} from "./import-format.ts";
import { hasDateAndMoney, knownKinds } from "./import-headings.ts";
import { createRowSplitter } from "./import-splitter.ts";

/** Enough rows to see what they have in common. */
const sampleRows = 200;

export type DetectedShape = {
  readonly separator: ImportSeparator;
  readonly quote: ImportQuote;
  readonly question: ImportQuestion | null;
};

/**
 * Separator and quote, from the beginning of the file: what Excel's first line `sep=;` says, else the separator
 * between known headings, else the one that leaves dates and amounts alone in their
 * cells, else the one by which most rows have the same number of them; asked when two do equally.
 */
export function detectShape(sampleText: string): DetectedShape {
  const quote = quoteOf(sampleText);
  const stated = /^\uFEFF?"?sep=([;,\t|])"?\r?\n/i.exec(sampleText)?.[1];
  const said = importSeparators.find((separator) => separator === stated);
  if (said) return { separator: said, quote, question: null };
  const candidates = importSeparators
    .map((separator) => ({ separator, ...likelihood(cut(sampleText, separator, quote)) }))
    .toSorted(
      (a, b) =>
        b.headings - a.headings || b.typed - a.typed || b.rows - a.rows || b.cells - a.cells,
    );
  const [best, next] = candidates;
  if (!best) throw new TypeError("there are separators");
  const tied =
    next !== undefined &&
    best.headings === next.headings &&
    best.typed === next.typed &&
    best.rows === next.rows &&
    next.rows > 0 &&
    best.headings === 0;
  return { separator: best.separator, quote, question: tied ? ask(candidates, best) : null };
}

type Likelihood = {
  /** Known headings in the row that has most of them. */
  readonly headings: number;
  /** Rows with a cell that is a date and another that is an amount. */
  readonly typed: number;
  /** Rows with the number of cells that most rows have, which is more than one. */
  readonly rows: number;
  readonly cells: number;
};

function likelihood(rows: readonly CsvRow[]): Likelihood {
  const widths = new Map<number, number>();
  let headings = 0;
  let typed = 0;
  for (const { cells, fault } of rows) {
    const kinds = knownKinds(cells);
    if (hasDateAndMoney(kinds)) headings = Math.max(headings, kinds.size);
    if (cells.some((cell) => datesIn(cell)) && cells.some((cell) => isAmount(cell))) typed += 1;
    if (cells.length > 1 && fault === null)
      widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
  }
  const [cells = 0, count = 0] = [...widths].toSorted(([a, m], [b, n]) => n - m || b - a)[0] ?? [];
  return { headings, typed, rows: count, cells };
}

function ask(
  candidates: readonly (Likelihood & { readonly separator: ImportSeparator })[],
  best: Likelihood,
): ImportQuestion {
  const equal = candidates.filter(({ rows }) => rows === best.rows);
  return {
    field: "separator",
    options: equal.map(({ separator }) => separator),
    suggestion: null,
    evidence: `No heading is known, and ${best.rows} rows have equally many cells with each of these separators.`,
    examples: [],
  };
}

function cut(text: string, separator: ImportSeparator, quote: ImportQuote): readonly CsvRow[] {
  // The last line may be half of one.
  const end = text.lastIndexOf("\n");
  const splitter = createRowSplitter({ separator, quote });
  try {
    const rows = splitter.push(end > 0 ? text.slice(0, end + 1) : text);
    return [...rows, ...splitter.end()].slice(0, sampleRows);
  } catch {
    // With this separator a quotation mark stays open too long: it is another one.
    return [];
  }
}

const isAmount = (cell: string) => datesIn(cell) === null && takeApart(cell) !== null;

/** An apostrophe only when cells begin and end with it and none does with the usual mark. */
function quoteOf(text: string): ImportQuote {
  const cellsIn = (quote: string) =>
    text.match(
      new RegExp(`(?:^|[;,\\t|\\r\\n])${quote}[^${quote}\\r\\n]*${quote}(?=[;,\\t|\\r\\n]|$)`, "g"),
    )?.length ?? 0;
  return cellsIn('"') === 0 && cellsIn("'") > 1 ? "'" : '"';
}
