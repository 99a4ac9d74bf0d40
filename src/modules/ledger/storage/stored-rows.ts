import { type SQL, sql } from "drizzle-orm";
import type { Transaction } from "../contract.ts";
import { searchText } from "../domain/search-text.ts";

/** The columns of a stored transaction in one order for all statements that write them. */
export const storedNames =
  sql.raw(`id, book_id, kind, date, account_id, amount, currency, to_account_id,
  to_amount, to_currency, rate, payee, note, tags, document_number, tax_rate, cleared, external_id, import_id,
  search_text, created_by, created_at, updated_at, voided_at, version`);
export const storedValues =
  sql.raw(`r.id, r."bookId", r.kind, r.date, r."accountId", r.amount, r.currency,
  r."toAccountId", r."toAmount", r."toCurrency", r.rate, r.payee, r.note, r.tags, r."documentNumber", r."taxRate",
  r.cleared, r."externalId", r."importId", r."searchText"::tsvector, r."createdBy", r."createdAt",
  r."updatedAt", r."voidedAt", r.version`);
const jsonColumns =
  sql.raw(`id uuid, "bookId" uuid, kind text, date date, "accountId" uuid, amount numeric,
  currency text, "toAccountId" uuid, "toAmount" numeric, "toCurrency" text, rate numeric, payee text, note text,
  tags text[], "documentNumber" text, "taxRate" numeric, cleared boolean, "externalId" text, "importId" uuid,
  "searchText" text, "createdBy" uuid, "createdAt" timestamptz, "updatedAt" timestamptz, "voidedAt" timestamptz,
  version integer`);

/** A transaction but for its splits, which are postings. */
export type StoredTransaction = Omit<Transaction, "splits">;

/** A table `r` of these transactions. */
export function storedRows(stored: readonly StoredTransaction[]): SQL {
  return sql`jsonb_to_recordset(${JSON.stringify(stored.map(storedRow))}::jsonb) as r(${jsonColumns})`;
}

function storedRow({ amount: whole, transfer, ...same }: StoredTransaction) {
  return {
    ...same,
    ...whole,
    toAccountId: transfer?.accountId ?? null,
    toAmount: transfer?.amount.amount ?? null,
    toCurrency: transfer?.amount.currency ?? null,
    rate: transfer?.rate ?? null,
    searchText: searchText(same),
  };
}
