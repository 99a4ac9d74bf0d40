import type { Column, DocumentPart } from "./model.ts";

/** A document without the columns that are there for programs only. A table of nothing else keeps them. */
export async function* readableParts(
  parts: AsyncIterable<DocumentPart>,
): AsyncGenerator<DocumentPart> {
  let columns: readonly Column[] = [];
  let kept: readonly Column[] = [];
  for await (const part of parts) {
    if (part.part === "table") {
      columns = part.table.columns;
      kept = keptOf(columns);
      yield { ...part, table: { ...part.table, columns: kept } };
    } else if (kept.length === columns.length) {
      yield part;
    } else if (part.part === "row") {
      yield { ...part, cells: part.cells.filter((_, at) => isKept(columns[at], kept)) };
    } else if (part.part === "totals") {
      const isSummed = (name: string) => kept.some(({ id }) => id === name);
      const totals = part.totals.map(({ label, sums }) => ({
        label,
        sums: sums.filter(({ column }) => isSummed(column)),
      }));
      yield { ...part, totals: totals.filter(({ sums }) => sums.length > 0) };
    } else yield part;
  }
}

function keptOf(columns: readonly Column[]): readonly Column[] {
  const kept = columns.filter(({ forPrograms = false }) => !forPrograms);
  if (kept.length === 0 || kept.length === columns.length) return columns;
  const names = new Set(kept.map(({ id }) => id));
  // A sum of what is not shown is a figure like any other.
  return kept.map(({ sumOf, ...column }) =>
    sumOf?.every((name) => names.has(name)) ? { ...column, sumOf } : column,
  );
}

const isKept = (column: Column | undefined, kept: readonly Column[]): boolean =>
  kept.some(({ id }) => id === column?.id);
