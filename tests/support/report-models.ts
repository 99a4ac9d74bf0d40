import type { ReportLanguage } from "#modules/reports/contract";
import type { ReportPlan } from "#modules/reports/domain/report-plan";
import { type BuiltModel, buildModel } from "#modules/reports/use-cases/build-model";
import type { Cell, DocumentPart, Fact, Table, TotalRow } from "#platform/documents/model";
import { systemContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode, Scales } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";
import { systemIds } from "#platform/system";
import type { TestApp } from "./test-app.ts";
import { digitsOf } from "./transaction-arbitraries.ts";

export const reportScales: Scales = {
  digitsOf: (currency) => (currency === "USD" ? 2 : digitsOf[currency]),
};

const createdAt = "2026-09-18T11:59:00.000Z" as Instant;

/** A report of a book as somebody asks for it: in euros, at the market's rates. */
export const reportPlan = (
  book: { readonly userId: Id; readonly bookId: Id },
  asked: Partial<ReportPlan> & Pick<ReportPlan, "type">,
): ReportPlan => ({
  ...{ reportId: systemIds.next(), createdAt, ...book },
  ...{ from: "2026-01-01" as LocalDate, to: "2026-12-31" as LocalDate, accountIds: null },
  ...{ currency: "EUR" as CurrencyCode, rateSource: "market", language: "en-US" as ReportLanguage },
  ...{ timeZone: "Europe/Berlin", formats: ["csv"], datev: null },
  ...asked,
});

const ctx = systemContext("test:report-models", "test");

export type BuiltParts = BuiltModel & { readonly parts: readonly DocumentPart[] };

/** The model of a plan as the job makes it; `onPart` runs before each part is taken. */
export async function buildParts(
  api: TestApp,
  plan: ReportPlan,
  onPart: (part: DocumentPart) => Promise<void> | void = () => {},
): Promise<BuiltParts> {
  const { identity, ledger } = api.app.ports;
  const parts: DocumentPart[] = [];
  const built = await buildModel(
    { clock: api.clock, identity, ledger, scales: reportScales },
    ctx,
    plan,
    async (part) => {
      await onPart(part);
      parts.push(part);
    },
    new AbortController().signal,
  );
  return { ...built, parts };
}

export type ReadTable = {
  readonly table: Table;
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  readonly totals: readonly TotalRow[];
};

/** Tables by their ids, cells by their columns. */
export function tablesOf(parts: readonly DocumentPart[]): ReadonlyMap<string, ReadTable> {
  const tables = new Map<string, ReadTable>();
  let table: Table | undefined;
  let rows: Readonly<Record<string, Cell>>[] = [];
  for (const part of parts) {
    if (part.part === "table") {
      table = part.table;
      rows = [];
    } else if (part.part === "row" && table) {
      const { columns } = table;
      if (part.cells.length !== columns.length) throw new Error(`${table.id} has a crooked row`);
      rows.push(Object.fromEntries(columns.map(({ id }, at) => [id, part.cells[at] ?? null])));
    } else if (part.part === "totals" && table) {
      if (tables.has(table.id)) throw new Error(`two tables are called ${table.id}`);
      tables.set(table.id, { table, rows, totals: part.totals });
      table = undefined;
    }
  }
  return tables;
}

export const factsOf = (parts: readonly DocumentPart[]): ReadonlyMap<string, Fact> =>
  new Map(
    parts
      .flatMap((part) => (part.part === "facts" ? part.facts : []))
      .map((fact) => [fact.id, fact]),
  );

export const notesOf = (parts: readonly DocumentPart[]): readonly string[] =>
  parts.flatMap((part) => (part.part === "notes" ? part.notes : []));

/** "12.34 EUR", text as it is, nothing as "". */
export const shown = (cell: Cell | undefined): string =>
  cell === null || cell === undefined
    ? ""
    : typeof cell === "string"
      ? cell
      : `${cell.amount} ${cell.currency}`;

/** The rows of a table as text, some of the columns. */
export const rowsOf = (
  tables: ReadonlyMap<string, ReadTable>,
  name: string,
  columns: readonly string[],
): string[][] =>
  (tables.get(name)?.rows ?? []).map((row) => columns.map((column) => shown(row[column])));

/** "Total EUR": { amount: "1.00 EUR" }. */
export const totalsOf = (tables: ReadonlyMap<string, ReadTable>, name: string) =>
  Object.fromEntries(
    (tables.get(name)?.totals ?? []).map(({ label, sums }) => [
      label,
      Object.fromEntries(sums.map(({ column, value }) => [column, shown(value)])),
    ]),
  );
