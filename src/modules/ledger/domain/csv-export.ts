import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Transaction } from "../contract.ts";
import type { CategoryPaths } from "./export-names.ts";
import { negatedText } from "./postings.ts";

/** How spreadsheets of a country read CSV: those with a decimal comma take semicolons, and UTF-8 only after a BOM. */
export type CsvDialect = {
  readonly separator: "," | ";";
  readonly decimalMark: "." | ",";
  readonly byteOrderMark: boolean;
};

const languagesWithComma: readonly string[] = ["de", "tr"];

/** `locale`: BCP 47. */
export const csvDialectOf = (locale: string): CsvDialect =>
  languagesWithComma.includes(locale.split("-", 1).join().toLowerCase())
    ? { separator: ";", decimalMark: ",", byteOrderMark: true }
    : { separator: ",", decimalMark: ".", byteOrderMark: false };

/** New ones are added at the end: people have made templates of them. */
export const csvColumns = [
  "date",
  "account",
  "currency",
  "amount",
  "category",
  "payee",
  "note",
  "tags",
  "document_number",
  "tax_rate",
  "cleared",
  "external_id",
  "transaction_id",
  "kind",
  "split_note",
  "account_id",
] as const;

export const csvHead = (dialect: CsvDialect): string =>
  `${dialect.byteOrderMark ? "\uFEFF" : ""}${csvColumns.join(dialect.separator)}${lineEnd}`;

export type CsvNames = {
  readonly accounts: ReadonlyMap<Id, string>;
  readonly categories: CategoryPaths;
};

/**
 * A line for each part of an income or expense, two for a transfer, one for an opening balance: what its account gets,
 * so that the amounts of an account add up to its balance. As RFC 4180 has it.
 */
export function csvLines(
  transaction: Transaction,
  names: CsvNames,
  { separator, decimalMark }: CsvDialect,
): string {
  const { payee, note, tags, documentNumber, taxRate, cleared, externalId, kind } = transaction;
  const number = (value: string | null) => value?.replace(".", decimalMark) ?? "";
  const text = (value: string | null) => textCell(value ?? "", separator);
  return sidesOf(transaction)
    .map(({ accountId, amount, currency, categoryId, note: splitNote }) =>
      [
        transaction.date,
        text(names.accounts.get(accountId) ?? ""),
        currency,
        numberCell(number(amount), separator),
        text(categoryId === null ? "" : (names.categories.get(categoryId)?.join(" > ") ?? "")),
        text(payee),
        text(note),
        text(tags.join(", ")),
        text(documentNumber),
        numberCell(number(taxRate), separator),
        String(cleared),
        text(externalId),
        transaction.id,
        kind,
        text(splitNote),
        accountId,
      ].join(separator),
    )
    .map((line) => line + lineEnd)
    .join("");
}

const lineEnd = "\r\n";

type Side = {
  readonly accountId: Id;
  readonly amount: DecimalString;
  readonly currency: CurrencyCode;
  readonly categoryId: Id | null;
  readonly note: string | null;
};

function sidesOf({ kind, accountId, amount: whole, splits, transfer }: Transaction): Side[] {
  const { amount, currency } = whole;
  const plain = { accountId, amount, currency, categoryId: null, note: null };
  if (transfer)
    return [
      { ...plain, amount: negatedText(amount) },
      { ...plain, ...transfer.amount, accountId: transfer.accountId },
    ];
  if (kind === "opening") return [plain];
  return splits.map(({ categoryId, note, amount: part }) => ({
    ...{ accountId, currency, categoryId, note },
    amount: kind === "income" ? part.amount : negatedText(part.amount),
  }));
}

/** What a spreadsheet would take for a formula (OWASP, CSV injection) is kept as text by an apostrophe. */
const formula = /^[=+\-@\t\r\n]/;

const textCell = (value: string, separator: string): string =>
  quoted(formula.test(value) ? `'${value}` : value, separator);

/** A negative amount is no formula. */
const numberCell = (value: string, separator: string): string => quoted(value, separator);

const quoted = (value: string, separator: string): string =>
  /["\r\n]|^\s|\s$/.test(value) || value.includes(separator)
    ? `"${value.replaceAll('"', '""')}"`
    : value;
