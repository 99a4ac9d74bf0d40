import type { DecimalString } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import { maxImportColumns } from "../bounds.ts";

export const maxRowCharacters = 64 * 1024;
export const maxCellCharacters = 10_000;

/** Names of the WHATWG Encoding Standard; its "iso-8859-1" is Windows-1252, which has the euro sign. */
export const importEncodings = [
  "utf-8",
  "windows-1254",
  "iso-8859-1",
  "utf-16le",
  "utf-16be",
] as const;
export type ImportEncoding = (typeof importEncodings)[number];

export const importSeparators = [";", ",", "\t", "|"] as const;
export type ImportSeparator = (typeof importSeparators)[number];

export const importQuotes = ['"', "'"] as const;
export type ImportQuote = (typeof importQuotes)[number];

export const decimalMarks = ["comma", "point"] as const;
export type DecimalMark = (typeof decimalMarks)[number];

export const dateOrders = ["dmy", "mdy", "ymd"] as const;
export type DateOrder = (typeof dateOrders)[number];

/** `as_written`: minus is money out of the account. `inverted`: minus is money in, as some card statements have it. */
export const amountSigns = ["as_written", "inverted"] as const;
export type AmountSign = (typeof amountSigns)[number];

/** What must be known to cut the bytes into rows; another shape means reading the file again. */
export type CsvShape = {
  readonly encoding: ImportEncoding;
  readonly separator: ImportSeparator;
  readonly quote: ImportQuote;
};

/** Columns by index from 0. Needed: `date`, and either `amount` (with or without `sign`) or `debit` and `credit`. */
export type ImportColumns = {
  readonly date: number;
  readonly amount?: number;
  /** Money out: Soll, Borç, Paid out. */
  readonly debit?: number;
  /** Money in: Haben, Alacak, Paid in. */
  readonly credit?: number;
  /** Says whether `amount`, then written without a sign, went out or came in: S/H, D/C, B/A. */
  readonly sign?: number;
  /** Joined by a space in this order. */
  readonly payee: readonly number[];
  readonly note: readonly number[];
  /** The bank's own id of the transaction. */
  readonly externalId?: number;
  readonly balance?: number;
  readonly currency?: number;
};

/**
 * How a bank's file is to be read. It comes about in these steps:
 * 1. `createEncodingEvidence` (gateways/file-encoding.ts) sees every byte, `decide()` tells the encoding.
 * 2. `detectShape(sampleText)` tells separator and quote; `readCsv(chunks, shape)` (gateways) cuts the rows.
 * 3. `createFacts()` counts over every row; `proposeFormat(shape, facts, answers)` makes of it a format and questions.
 * 4. `completeFormat(proposal.format)` once nothing is asked any more; `readRow(format, cells, account)` for each row.
 */
export type ImportFormat = CsvShape & {
  /** Rows (empty lines are none) up to the first transaction: lines above the headings, and the headings. */
  readonly headerRows: number;
  /** How many cells a row has; one with others is faulty, for its cells may have moved. */
  readonly columnCount: number;
  readonly decimal: DecimalMark;
  readonly dateOrder: DateOrder;
  readonly sign: AmountSign;
  /** How the debit column writes money out: "12.50" or "-12.50". */
  readonly debits: "positive" | "negative";
  /** Of all amounts, as the heading states it ("Betrag (EUR)"); null = it does not. */
  readonly currency: CurrencyCode | null;
  readonly columns: ImportColumns;
};

/** What could be told of a file; what is missing is asked for, or is not to be found. */
export type ProposedFormat = CsvShape &
  Partial<Omit<ImportFormat, keyof CsvShape | "columns">> & {
    readonly columns: Partial<ImportColumns>;
  };

/** A cell, where it stands, and what it is under each answer; null = nothing under that one. */
export type AmbiguousExample = {
  /** Counted as {@link CsvRow.number}. */
  readonly row: number;
  readonly text: string;
  readonly readings: Readonly<Record<string, string | null>>;
};

/** What the file does not tell by itself. `field` names the part of {@link ImportFormat} that the answer goes into. */
export type ImportQuestion = {
  readonly field:
    | "encoding"
    | "separator"
    | "decimal"
    | "dateOrder"
    | "sign"
    | "debits"
    | "columns.date"
    | "columns.amount"
    | "columns.sign";
  /** The possible values of the field: names, or indexes of columns as text. */
  readonly options: readonly string[];
  /** The likelier one, by habit of the language or by the balances; never taken unasked. */
  readonly suggestion: string | null;
  /** Why it is asked: a sentence with what was counted. */
  readonly evidence: string;
  readonly examples: readonly AmbiguousExample[];
};

/** A row of the file as it is cut: cells trimmed, without quotes, NUL replaced by U+FFFD. */
export type CsvRow = {
  /** Counted from 1 over the rows that are not empty. */
  readonly number: number;
  /** Line of the file in which it begins, from 1. */
  readonly line: number;
  /** At most {@link maxImportColumns}, each of at most {@link maxCellCharacters}. */
  readonly cells: readonly string[];
  /** Why it cannot be read whatever the format is; null = it can. */
  readonly fault: string | null;
};

/** What a row of the file says. `amount` is what the account gets, with the decimals of its currency; never zero. */
export type ReadRow = {
  readonly date: LocalDate;
  readonly amount: DecimalString;
  readonly payee: string | null;
  readonly note: string | null;
  readonly externalId: string | null;
};
export type RowReading = ReadRow | { readonly fault: string };

/** The account that the rows go into: its currency, and the decimals of that. */
export type ImportAccount = { readonly currency: CurrencyCode; readonly digits: number };

/**
 * What was counted in the rows, so that a question about any column can be answered without reading them again. Plain
 * data of bounded size; see import-facts.ts.
 */
export type FileFacts = {
  /** The first rows, cut to their first characters. */
  readonly head: readonly (readonly string[])[];
  readonly headerRows: number;
  /** Below the headings. */
  readonly rows: number;
  readonly columns: readonly ColumnFacts[];
  /** Below the headings: cells in a row -> rows that have so many. */
  readonly widths: Readonly<Record<string, number>>;
};

export type ColumnFacts = {
  readonly filled: number;
  readonly dates: DateFacts;
  readonly amounts: AmountFacts;
  /** Up to a few different texts, as long as there are no more. */
  readonly values: Readonly<Record<string, number>> | null;
  /** No two rows have the same text, and none a short one; only told of columns with the heading of an id. */
  readonly identifies: boolean;
};

export type Example = { readonly row: number; readonly text: string };

export type DateFacts = {
  /** Cells that are a date in at least one order. */
  readonly count: number;
  /** Cells that each order can read. */
  readonly fits: Readonly<Record<DateOrder, number>>;
  /** Cells that two orders read as different days. */
  readonly differ: Readonly<Record<"dmy_mdy" | "dmy_ymd" | "mdy_ymd", number>>;
  /** A few of each sort: read by one order, by others, by several. */
  readonly examples: readonly Example[];
};

export type AmountFacts = {
  /** Cells that are an amount with a decimal comma or point. */
  readonly count: number;
  readonly fits: Readonly<Record<DecimalMark, number>>;
  /** Cells that both read, as different amounts: "1.234". */
  readonly ambiguous: number;
  readonly negative: number;
  /** Above zero, with a plus or without. */
  readonly positive: number;
  /** Of these, the ones with a plus, or with a letter for money in. */
  readonly plus: number;
  readonly examples: readonly Example[];
};

/** What is proposed for a file, and what is asked. `problem`: why no answer would help; null = there is none. */
export type FormatProposal = {
  readonly format: ProposedFormat;
  readonly questions: readonly ImportQuestion[];
  readonly problem: string | null;
};
