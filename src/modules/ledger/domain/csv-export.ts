import { type CsvDialect, csvLine, csvNumber, csvStart, csvText } from "#platform/kernel/csv";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Transaction } from "../contract.ts";
import type { CategoryPaths } from "./export-names.ts";
import { negatedText } from "./postings.ts";

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
  csvStart(dialect) + csvLine(csvColumns, dialect);

export type CsvNames = {
  readonly accounts: ReadonlyMap<Id, string>;
  readonly categories: CategoryPaths;
};

/**
 * A line for each part of an income or expense, two for a transfer, one for an opening balance: what its account gets,
 * so that the amounts of an account add up to its balance. As RFC 4180 has it.
 */
export function csvLines(transaction: Transaction, names: CsvNames, dialect: CsvDialect): string {
  const { payee, note, tags, documentNumber, taxRate, cleared, externalId, kind } = transaction;
  const text = (value: string | null) => csvText(value, dialect);
  return sidesOf(transaction)
    .map(({ accountId, amount, currency, categoryId, note: splitNote }) =>
      csvLine(
        [
          transaction.date,
          text(names.accounts.get(accountId) ?? ""),
          currency,
          csvNumber(amount, dialect),
          text(categoryId === null ? "" : (names.categories.get(categoryId)?.join(" > ") ?? "")),
          text(payee),
          text(note),
          text(tags.join(", ")),
          text(documentNumber),
          csvNumber(taxRate, dialect),
          String(cleared),
          text(externalId),
          transaction.id,
          kind,
          text(splitNote),
          accountId,
        ],
        dialect,
      ),
    )
    .join("");
}

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
