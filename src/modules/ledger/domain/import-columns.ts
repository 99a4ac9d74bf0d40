import type { ColumnFacts, FileFacts, ImportColumns, ImportQuestion } from "./import-format.ts";
import { type ColumnKind, type Heading, headingOf } from "./import-headings.ts";
import { directionOf } from "./import-sign.ts";

export type DetectedColumns = {
  readonly columns: Partial<ImportColumns>;
  readonly questions: readonly ImportQuestion[];
};

type Column = {
  readonly index: number;
  readonly text: string;
  readonly heading: Heading | null;
  readonly facts: ColumnFacts;
};

/** A column without a known heading holds days or amounts when so many of its rows do. */
const minTypedShare = 0.8;

/** What each column holds: by its heading, and where there is none by what most of its cells are. */
export function detectColumns(file: FileFacts): DetectedColumns {
  const headings = file.head[file.headerRows - 1] ?? [];
  const columns = file.columns.map((facts, index) => {
    const text = headings[index] ?? "";
    return { index, text, heading: headingOf(text), facts };
  });
  const of = (kind: ColumnKind) =>
    columns
      .filter(({ heading }) => heading?.kind === kind)
      .toSorted((a, b) => (a.heading?.rank ?? 0) - (b.heading?.rank ?? 0) || a.index - b.index);
  const questions: ImportQuestion[] = [];
  /** The only one that is sure; else it is asked which of these, or of all that may be. */
  const choose = (
    field: "columns.date" | "columns.amount",
    sure: readonly Column[],
    possible: readonly Column[],
  ) => {
    const [only, other] = sure;
    if (only && !other) return only.index;
    const candidates = only ? sure : possible;
    if (candidates.length > 0) questions.push(whichColumn(field, candidates));
    return undefined;
  };

  const date = choose(
    "columns.date",
    firstNotEmpty([best(of("date"), "dates"), best(of("value_date"), "dates")]) ??
      typed(columns, file.rows, "dates"),
    columns.filter(({ facts }) => facts.dates.count > 0),
  );
  const [debit, credit] = [of("debit")[0]?.index, of("credit")[0]?.index];
  const amounts = best(of("amount"), "amounts");
  const hasBoth = debit !== undefined && credit !== undefined && debit !== credit;
  const unnamed = columns.filter(({ index, heading }) => index !== date && heading === null);
  // An amount beside debit and credit repeats them, if it says at all which of them it is.
  const isRepeated = hasBoth && !amounts.some(({ facts }) => facts.amounts.negative > 0);
  const amount =
    isRepeated || (hasBoth && amounts.length === 0)
      ? undefined
      : choose(
          "columns.amount",
          firstNotEmpty([amounts]) ?? typed(unnamed, file.rows, "amounts"),
          columns.filter(({ index, facts }) => index !== date && facts.amounts.count > 0),
        );
  const money = amount !== undefined ? { amount } : hasBoth ? { debit, credit } : {};
  const sign = amount === undefined ? undefined : signColumn(columns, of("sign"), amount);
  if (sign !== undefined && columns[amount ?? 0]?.facts.amounts.negative)
    questions.push(signedTwice(columns, sign));
  return {
    columns: {
      ...(date !== undefined && { date }),
      ...money,
      ...(sign !== undefined && { sign }),
      payee: of("payee").map(byIndex).toSorted(ascending),
      note: noteColumns(columns, sign),
      ...optional("externalId", idColumn(of("id"))),
      ...optional("balance", of("balance")[0]?.index),
      ...optional("currency", currencyColumn(of("currency"), amount ?? debit)),
    },
    questions,
  };
}

const byIndex = ({ index }: Column) => index;
const ascending = (a: number, b: number) => a - b;
const firstNotEmpty = (lists: readonly (readonly Column[])[]) =>
  lists.find((list) => list.length > 0);
const optional = <K extends string>(name: K, index: number | undefined) =>
  (index === undefined ? {} : { [name]: index }) as { [N in K]?: number };
/** Those with the best heading; where several have it, the ones whose cells are what it says. */
function best(columns: readonly Column[], what: "dates" | "amounts"): readonly Column[] {
  const rank = columns[0]?.heading?.rank;
  const equal = columns.filter(({ heading }) => heading?.rank === rank);
  const held = equal.filter(({ facts }) => facts[what].count > 0);
  return held.length > 0 ? held : equal;
}

const typed = (columns: readonly Column[], rows: number, what: "dates" | "amounts") =>
  columns.filter(
    ({ facts }) =>
      rows > 0 &&
      facts[what].count >= rows * minTypedShare &&
      (what === "dates" || facts.dates.count === 0),
  );

/** Beside the amounts, with letters that say where money went: under its heading, or under none (Volksbanken). */
function signColumn(
  columns: readonly Column[],
  named: readonly Column[],
  amount: number,
): number | undefined {
  const saying = ({ facts }: Column) =>
    Object.entries(facts.values ?? {})
      .filter(([value]) => directionOf(value) !== null)
      .reduce((sum, [, rows]) => sum + rows, 0);
  const found =
    named.find((column) => saying(column) > column.facts.filled / 2) ??
    columns.find(
      (column) =>
        column.text === "" &&
        column.index !== amount &&
        column.facts.filled > 0 &&
        saying(column) === column.facts.filled &&
        // A and B mean alacak and borç only where a heading says so; elsewhere they may be anything.
        Object.keys(column.facts.values ?? {}).every((value) => !/^[ab]$/i.test(value)),
    );
  return found?.index;
}

/** What the bank says of the transaction, and references that do not identify it. */
function noteColumns(columns: readonly Column[], sign: number | undefined): number[] {
  const known = columns.filter(
    ({ heading, facts }) =>
      heading?.kind === "note" ||
      heading?.kind === "reference" ||
      (heading?.kind === "id" && !facts.identifies),
  );
  if (known.length > 0) return known.map(byIndex);
  // Without headings: whatever is text.
  return columns
    .filter(
      ({ text, facts }) =>
        text === "" && facts.filled > 0 && facts.dates.count === 0 && facts.amounts.count === 0,
    )
    .filter(({ index }) => index !== sign)
    .map(byIndex);
}

/** A column whose texts come back (one slip number for a transfer and its fee) would make duplicates of them. */
const idColumn = (columns: readonly Column[]) =>
  columns.find(({ facts }) => facts.identifies)?.index;

/** The one behind the amount: another may be that of the balance. */
const currencyColumn = (columns: readonly Column[], amount = 0) =>
  (columns.find(({ index }) => index > amount) ?? columns[0])?.index;

const named = ({ index, text }: Column) => (text === "" ? `column ${index + 1}` : `"${text}"`);

const whichColumn = (
  field: "columns.date" | "columns.amount",
  candidates: readonly Column[],
): ImportQuestion => ({
  field,
  options: candidates.map(({ index }) => String(index)),
  suggestion: null,
  evidence: `${candidates.map(named).join(", ")} may each be the ${field === "columns.date" ? "date" : "amount"}.`,
  examples: candidates.flatMap(({ index, facts }) =>
    (field === "columns.date" ? facts.dates : facts.amounts).examples
      .slice(0, 1)
      .map(({ row, text }) => ({ row, text, readings: { [index]: text } })),
  ),
});

const signedTwice = (columns: readonly Column[], sign: number): ImportQuestion => ({
  field: "columns.sign",
  options: [String(sign), "none"],
  suggestion: "none",
  evidence: `Amounts have a sign of their own, and ${columns[sign] ? named(columns[sign]) : "a column"} says debit or credit too.`,
  examples: [],
});
