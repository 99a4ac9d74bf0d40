import { t } from "elysia";
import {
  currencyCode,
  cursor,
  id,
  instant,
  localDate,
  money,
  oneOf,
  orNull,
  pageLimit,
  pageOf,
  text,
  version,
  wholeNumber,
} from "#platform/http/schemas";
import {
  maxExternalIdLength,
  maxHeaderRows,
  maxImportBytes,
  maxImportColumns,
  maxImportRows,
  maxNoteLength,
  maxPayeeLength,
  maxShownCellLength,
} from "../bounds.ts";
import { bookId } from "./book-schemas.ts";

const verdict = oneOf(["new", "duplicate", "faulty"]);

const maxFileNameLength = 200;
const maxDetailLength = 2_000;

/** As it is: what banks offer, and what browsers call it. */
export const importTypes = [
  "text/csv",
  "text/plain",
  "application/csv",
  "application/vnd.ms-excel",
  "application/octet-stream",
];
export const importUpload = { maxBytes: maxImportBytes, types: importTypes };

export const uploadQuery = t.Object({
  accountId: id({ description: "Where the rows go." }),
  fileName: text(maxFileNameLength, { minLength: 1, examples: ["umsaetze-2026-03.csv"] }),
});
export const importParams = t.Object({ id: id() });
export const importsQuery = t.Object({
  bookId,
  accountId: t.Optional(id()),
  limit: pageLimit,
  cursor,
});
export const importRowsQuery = t.Object({
  verdict: t.Optional(verdict),
  limit: pageLimit,
  cursor,
});

const column = wholeNumber({ minimum: 0, maximum: maxImportColumns - 1, examples: [0] });
const texts = t.Array(column, {
  maxItems: maxImportColumns,
  description: "Joined by a space in this order.",
});
const columns = {
  date: column,
  amount: t.Optional(column),
  debit: t.Optional(column),
  credit: t.Optional(column),
  sign: t.Optional(column),
  payee: texts,
  note: texts,
  externalId: t.Optional(column),
  balance: t.Optional(column),
  currency: t.Optional(column),
};
const columnsDescription =
  "Columns from 0. Money is in `amount` (with or without `sign`, a column that says in or out) or in `debit` and `credit`.";

const shape = {
  encoding: oneOf(["utf-8", "windows-1254", "iso-8859-1", "utf-16le", "utf-16be"]),
  // No pattern of text takes a tab.
  separator: t.UnionEnum([";", ",", "\t", "|"], { type: "string" }),
  quote: oneOf(['"', "'"]),
};
Reflect.deleteProperty(shape.separator, "default");
const reading = {
  headerRows: wholeNumber({
    minimum: 0,
    maximum: maxHeaderRows,
    description: "Rows above the first transaction.",
    examples: [1],
  }),
  columnCount: wholeNumber({ minimum: 1, maximum: maxImportColumns, examples: [5] }),
  decimal: oneOf(["comma", "point"]),
  dateOrder: oneOf(["dmy", "mdy", "ymd"]),
  sign: oneOf(["as_written", "inverted"], {
    description: "`inverted`: minus is money in, as some card statements have it.",
  }),
  debits: oneOf(["positive", "negative"], {
    description: "How the debit column writes money out.",
  }),
  currency: orNull(currencyCode({ description: "Of all amounts; null = no heading says it." })),
};

export const answersBody = t.Partial(
  t.Object({
    ...shape,
    ...reading,
    columns: t.Object(columns, { description: columnsDescription }),
  }),
  { minProperties: 1, description: "What is left out stays as it was decided or found." },
);

const proposed = t.Object({
  ...shape,
  ...t.Partial(t.Object(reading)).properties,
  columns: t.Partial(t.Object(columns), { additionalProperties: false }),
});

const question = t.Object({
  field: text(40, { description: "The part of `format` that the answer goes into." }),
  options: t.Array(t.String(), { description: "Values of the field." }),
  suggestion: orNull(t.String({ description: "The likelier one; never taken unasked." })),
  evidence: t.String({ description: "Why it is asked." }),
  examples: t.Array(
    t.Object({
      row: t.Integer(),
      text: t.String(),
      readings: t.Record(t.String(), orNull(t.String()), {
        description: "What the cell is under each answer; null = nothing.",
      }),
    }),
  ),
});

const states = [
  "uploading",
  "reading",
  "ready",
  "committing",
  "committed",
  "undoing",
  "undone",
  "failed",
] as const;

const rowCount = wholeNumber({ minimum: 0, maximum: maxImportRows + maxHeaderRows });

const fields = {
  id: id(),
  bookId: id(),
  accountId: id(),
  fileName: text(maxFileNameLength),
  state: oneOf(states, {
    description:
      "`ready` = to be looked at and committed. A commit or undo that could not be done goes back to `ready` or `committed`, with `failure`.",
    examples: ["ready"],
  }),
  sizeBytes: wholeNumber({ minimum: 0, maximum: maxImportBytes }),
  sha256: orNull(t.String({ description: "Of the file, hex." })),
  format: orNull(proposed),
  headings: t.Array(t.String(), {
    maxItems: maxImportColumns,
    description: "The row above the first transaction.",
  }),
  questions: t.Array(question, { description: "To be answered before anything is committed." }),
  rowsRead: rowCount,
  counts: orNull(t.Object({ new: rowCount, duplicate: rowCount, faulty: rowCount })),
  failure: orNull(t.Object({ code: t.String(), detail: t.String({ maxLength: maxDetailLength }) })),
  createdBy: id(),
  createdAt: instant(),
  updatedAt: instant(),
};

/** An import in an answer. */
export const importSchema = t.Object({ ...fields, version });
export const importsPage = pageOf(importSchema);

export const importRowsPage = pageOf(
  t.Object({
    number: t.Integer({ description: "Counted from 1 over the rows that are not empty." }),
    cells: t.Array(t.String({ maxLength: maxShownCellLength }), { maxItems: maxImportColumns }),
    verdict: orNull(verdict),
    fault: orNull(t.String({ description: "Why the row cannot be imported." })),
    date: orNull(localDate()),
    amount: orNull(money({ description: "What the account gets." })),
    payee: orNull(text(maxPayeeLength)),
    note: orNull(text(maxNoteLength)),
    externalId: orNull(text(maxExternalIdLength)),
  }),
);
