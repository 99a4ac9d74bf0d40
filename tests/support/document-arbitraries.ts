import fc from "fast-check";
import {
  type Cell,
  type CellKind,
  type Column,
  type DocumentPart,
  documentLanguages,
} from "#platform/documents/model";
import { addDecimals, parseDecimal, zero } from "#platform/kernel/decimal";
import { type CurrencyCode, parseCurrencyCode } from "#platform/kernel/money";
import { parseInstant, parseLocalDate } from "#platform/kernel/time";

const kinds: readonly CellKind[] = ["text", "date", "instant", "money", "number", "percent"];
const currencies = ["EUR", "TRY", "JPY", "BTC", "1INCH"].map((code) => parseCurrencyCode(code));

/** Whatever may be typed or pasted, and halves of it. */
export const anyText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom(..."<>&\"'|\\`*_[]=+-@\r\n\t \u0000\uD83D\uDE00\u202E"),
    maxLength: 20,
  }),
);

const digits = (most: number) =>
  fc
    .nat(most)
    .chain((length) =>
      fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: length, maxLength: length }),
    );

export const decimalText = fc
  .record({ negative: fc.boolean(), whole: fc.bigInt(0n, 10n ** 20n), fraction: digits(30) })
  .map(({ negative, whole, fraction }) =>
    parseDecimal(
      `${negative && whole > 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`,
    ),
  );

const day = fc
  .date({ min: new Date("1970-01-01"), max: new Date("2199-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString());

function cellOf({ kind, currency }: Pick<Column, "kind" | "currency">): fc.Arbitrary<Cell> {
  switch (kind) {
    case "text":
      return fc.option(anyText);
    case "date":
      return fc.option(day.map((text) => parseLocalDate(text.slice(0, 10)) as string));
    case "instant":
      return fc.option(day.map((text) => parseInstant(text) as string));
    case "number":
    case "percent":
      return fc.option(decimalText.map(String));
    case "money":
      return fc.option(
        fc.record({
          amount: decimalText,
          currency: currency === undefined ? fc.constantFrom(...currencies) : fc.constant(currency),
        }),
      );
  }
}

const columnOf = (index: number): fc.Arbitrary<Column> =>
  fc
    .record({
      title: anyText,
      kind: fc.constantFrom(...kinds),
      currency: fc.option(fc.constantFrom(...currencies), { nil: undefined }),
      width: fc.integer({ min: 1, max: 40 }),
    })
    .map(({ title, kind, currency, width }) => ({
      ...{ id: `column${index}`, title, kind, width },
      ...(kind === "money" && currency ? { currency } : {}),
    }));

/** In each column of amounts the sum per currency, a line for each currency. */
function totalsOf(columns: readonly Column[], rows: readonly (readonly Cell[])[]): DocumentPart {
  const used = new Set<CurrencyCode>();
  const sums = columns.map((_, index) => {
    const byCurrency = new Map<CurrencyCode, ReturnType<typeof parseDecimal>>();
    for (const row of rows) {
      const cell = row[index];
      if (!cell || typeof cell === "string") continue;
      used.add(cell.currency);
      byCurrency.set(
        cell.currency,
        addDecimals(byCurrency.get(cell.currency) ?? zero, cell.amount),
      );
    }
    return byCurrency;
  });
  return {
    part: "totals",
    totals: [...used].map((currency) => ({
      label: `Total ${currency}`,
      sums: columns.flatMap(({ id, kind }, index) => {
        const amount = sums[index]?.get(currency);
        return kind === "money" && amount !== undefined
          ? [{ column: id, value: { amount, currency } }]
          : [];
      }),
    })),
  };
}

const tableParts = fc
  .integer({ min: 1, max: 6 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => columnOf(index))))
  .chain((columns) =>
    fc.record({
      title: anyText,
      columns: fc.constant(columns),
      rows: fc.array(fc.tuple(...columns.map(cellOf)), { maxLength: 5 }),
    }),
  )
  .map(({ title, columns, rows }): DocumentPart[] => [
    { part: "table", table: { id: "table", title, columns } },
    ...rows.map((cells): DocumentPart => ({ part: "row", cells })),
    totalsOf(columns, rows),
  ]);

const facts = fc.array(
  fc.constantFrom(...kinds).chain((kind) =>
    fc.record({
      id: fc.constant("fact"),
      label: anyText,
      kind: fc.constant(kind),
      value: cellOf({ kind }),
    }),
  ),
  { maxLength: 3 },
);

/** Documents with random texts, values and tables. */
export const documentParts: fc.Arbitrary<DocumentPart[]> = fc
  .record({
    title: anyText,
    subtitle: fc.option(anyText),
    language: fc.constantFrom(...documentLanguages),
    facts,
    heading: anyText,
    paragraph: anyText,
    inner: facts,
    tables: fc.array(tableParts, { maxLength: 2 }),
    notes: fc.array(anyText, { maxLength: 2 }),
  })
  .map(({ title, subtitle, language, facts, heading, paragraph, inner, tables, notes }) => [
    {
      part: "document",
      head: {
        ...{ id: "01a2043b-44d9-7747-9bb1-fb12a1cb95e4", title, subtitle, language, facts },
        timeZone: "Europe/Istanbul",
        createdAt: parseInstant("2026-10-01T08:30:00.000Z"),
      },
    },
    { part: "heading", text: heading },
    { part: "paragraph", text: paragraph },
    { part: "facts", facts: inner },
    ...tables.flat(),
    { part: "notes", notes },
  ]);
