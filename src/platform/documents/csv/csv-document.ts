import { csvDialectOf, csvLine, csvStart } from "../../kernel/csv.ts";
import type { DocumentHead, DocumentPart, Fact, Table, TotalRow } from "../model.ts";
import { wordsOf } from "../words.ts";
import { createCsvCells } from "./csv-cells.ts";

/** The pieces of a file, to be written one after the other. */
export type CsvDocument = {
  start(): string;
  /** What can be written now; the rest is kept for the end. */
  add(part: DocumentPart): string;
  end(): string;
};

export function createCsvDocument(head: DocumentHead, fingerprint: string): CsvDocument {
  const dialect = csvDialectOf(head.language);
  const words = wordsOf(head.language);
  const { titles, values, text } = createCsvCells(head, dialect, words);
  const line = (cells: readonly string[]) => csvLine(cells, dialect);
  const said = (label: string, value: string) => line([text(label), text(value)]);
  const totals: string[] = [];
  const facts: string[] = [];
  const texts: string[] = [];
  const notes: string[] = [];
  let table: Table | null = null;
  let tables = 0;

  const fact = ({ label, kind, value }: Omit<Fact, "id">) =>
    line([text(label), ...values(kind, value)]);

  function tableHead({ title, columns }: Table): string {
    tables += 1;
    return (tables === 1 ? "" : line([]) + line([text(title)])) + line(columns.flatMap(titles));
  }

  function total({ title, columns }: Table, { label, sums }: TotalRow): string[] {
    return sums.map(({ column, value }) => {
      const summed = columns.find(({ id }) => id === column);
      const what = [title, label, summed?.title ?? column].map(text);
      return line([...what, ...values("money", value)]);
    });
  }

  return {
    start() {
      facts.push(line([text(head.title)]));
      if (head.subtitle !== null) facts.push(line([text(head.subtitle)]));
      facts.push(...head.facts.map(fact));
      return csvStart(dialect);
    },
    add(part) {
      switch (part.part) {
        case "table":
          table = part.table;
          return tableHead(table);
        case "row":
          return line(
            table?.columns.flatMap(({ kind }, index) => values(kind, part.cells[index] ?? null)) ??
              [],
          );
        case "totals":
          for (const each of part.totals) if (table) totals.push(...total(table, each));
          return "";
        case "facts":
          facts.push(...part.facts.map(fact));
          return "";
        case "translation":
          texts.push(line([text(part.title)]));
          return "";
        case "heading":
        case "paragraph":
          texts.push(line([text(part.text)]));
          return "";
        case "notes":
          notes.push(...part.notes.map((note) => line([text(note)])));
          return "";
        default:
          return "";
      }
    },
    end() {
      const made = [
        fact({ label: words.created, kind: "instant", value: head.createdAt }),
        said(words.document, head.id),
        said(words.fingerprint, fingerprint),
      ];
      const blocks = [totals, [...facts, ...made], texts, notes].filter(({ length }) => length > 0);
      const written = blocks.map((lines) => lines.join("")).join(line([]));
      return tables === 0 ? written : line([]) + written;
    },
  };
}
