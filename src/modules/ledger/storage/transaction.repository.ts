import { and, eq, type SQL, sql } from "drizzle-orm";
import { decimalFromPostgres } from "#platform/db/columns";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { BookRole, Split, Transaction } from "../contract.ts";
import { searchText } from "../domain/search-text.ts";
import { bookMembers, transactions } from "./tables.ts";

export type TransactionRepository = ReturnType<typeof createTransactionRepository>;

type Row = Omit<typeof transactions.$inferSelect, "searchText">;

/** What a transaction is read from; `toTransaction` makes one of it. */
export const transactionColumns = {
  id: transactions.id,
  bookId: transactions.bookId,
  kind: transactions.kind,
  date: transactions.date,
  accountId: transactions.accountId,
  amount: transactions.amount,
  currency: transactions.currency,
  toAccountId: transactions.toAccountId,
  toAmount: transactions.toAmount,
  toCurrency: transactions.toCurrency,
  rate: transactions.rate,
  payee: transactions.payee,
  note: transactions.note,
  tags: transactions.tags,
  documentNumber: transactions.documentNumber,
  taxRate: transactions.taxRate,
  cleared: transactions.cleared,
  externalId: transactions.externalId,
  importId: transactions.importId,
  createdBy: transactions.createdBy,
  createdAt: transactions.createdAt,
  updatedAt: transactions.updatedAt,
  voidedAt: transactions.voidedAt,
  version: transactions.version,
} as const;

export function createTransactionRepository() {
  return {
    /** At most some ten thousand at a time; the book must be locked. Their postings are `repost`'s. */
    async insertMany(tx: Tx, added: readonly Transaction[]): Promise<void> {
      if (added.length > 0)
        await tx.execute(sql`insert into ledger.transactions (${storedNames})
          select ${storedValues} from ${storedRows(added)}`);
    },

    /** Writes over everything but the book, the import and who made it when. */
    async updateMany(tx: Tx, changed: readonly Transaction[]): Promise<void> {
      if (changed.length > 0)
        await tx.execute(sql`update ledger.transactions t set (${storedNames}) = row(${storedValues})
          from ${storedRows(changed)} where t.id = r.id`);
    },

    /** In the order of `ids`; those that are not there are left out. Two statements whatever the number. */
    async byIds(reader: Reader, ids: readonly Id[]): Promise<Transaction[]> {
      if (ids.length === 0) return [];
      const rows = await reader
        .select(transactionColumns)
        .from(transactions)
        .where(sql`${transactions.id} = any(${idsIn(ids)})`);
      const found = new Map((await withSplits(reader, rows)).map((one) => [one.id, one]));
      return ids.flatMap((id) => found.get(id) ?? []);
    },

    withSplits,

    /** With what the user may do in its book; undefined when it is not there or in a book that is not his. */
    async findForMember(
      reader: Reader,
      query: { readonly id: Id; readonly userId: Id },
    ): Promise<{ readonly transaction: Transaction; readonly role: BookRole } | undefined> {
      const [found] = await reader
        .select({ row: transactionColumns, role: bookMembers.role })
        .from(transactions)
        .innerJoin(
          bookMembers,
          and(eq(bookMembers.bookId, transactions.bookId), eq(bookMembers.userId, query.userId)),
        )
        .where(eq(transactions.id, query.id));
      const [transaction] = found ? await withSplits(reader, [found.row]) : [];
      return found && transaction && { transaction, role: found.role };
    },
  };
}

/** One statement for the splits of all of them. A void one has no postings: its splits stand in its history. */
async function withSplits(reader: Reader, rows: readonly Row[]): Promise<Transaction[]> {
  const ids = rows
    .filter(({ kind }) => kind === "income" || kind === "expense")
    .map(({ id }) => id);
  if (ids.length === 0) return rows.map((row) => toTransaction(row, []));
  const found = await reader.execute<SplitRow>(sql`
    with asked as (${idsIn(ids)})
    select p.transaction_id as "transactionId", p.line, p.category_id as "categoryId",
      abs(p.amount)::text as amount, p.note
    from asked join ledger.postings p on p.transaction_id = asked.id
    where p.category_id is not null
    union all
    select c.transaction_id, s.line, s."categoryId", s.amount, s.note
    from asked join ledger.transaction_changes c on c.transaction_id = asked.id
    cross join lateral rows from (
      jsonb_to_recordset(c.before->'splits') as ("categoryId" uuid, amount text, note text)
    ) with ordinality as s("categoryId", amount, note, line)
    where c.action = 'voided'
    order by 1, 2`);
  const splits = Map.groupBy(found, ({ transactionId }) => transactionId);
  return rows.map((row) => toTransaction(row, splits.get(row.id) ?? []));
}

type SplitRow = Readonly<Record<string, unknown>> & {
  readonly transactionId: Id;
  readonly categoryId: Id;
  readonly amount: string;
  readonly note: string | null;
};

function toSplit({ categoryId, amount, note }: SplitRow): Split {
  return { categoryId, amount: decimalFromPostgres(amount), note };
}

/** `splits` in the order of their lines. */
export function toTransaction(row: Row, splits: readonly SplitRow[]): Transaction {
  const { amount, currency, toAccountId, toAmount, toCurrency, rate, ...same } = row;
  return {
    ...same,
    amount: { amount, currency },
    splits: splits.map(toSplit),
    transfer:
      toAccountId && toAmount && toCurrency && rate
        ? { accountId: toAccountId, amount: { amount: toAmount, currency: toCurrency }, rate }
        : null,
  };
}

const idsIn = (ids: readonly Id[]): SQL =>
  sql`select value::uuid as id from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)`;

/** The columns of a stored transaction in one order for all statements that write them. */
const storedNames = sql.raw(`id, book_id, kind, date, account_id, amount, currency, to_account_id,
  to_amount, to_currency, rate, payee, note, tags, document_number, tax_rate, cleared, external_id, import_id,
  search_text, created_by, created_at, updated_at, voided_at, version`);
const storedValues = sql.raw(`r.id, r."bookId", r.kind, r.date, r."accountId", r.amount, r.currency,
  r."toAccountId", r."toAmount", r."toCurrency", r.rate, r.payee, r.note, r.tags, r."documentNumber", r."taxRate",
  r.cleared, r."externalId", r."importId", r."searchText"::tsvector, r."createdBy", r."createdAt",
  r."updatedAt", r."voidedAt", r.version`);
const jsonColumns =
  sql.raw(`id uuid, "bookId" uuid, kind text, date date, "accountId" uuid, amount numeric,
  currency text, "toAccountId" uuid, "toAmount" numeric, "toCurrency" text, rate numeric, payee text, note text,
  tags text[], "documentNumber" text, "taxRate" numeric, cleared boolean, "externalId" text, "importId" uuid,
  "searchText" text, "createdBy" uuid, "createdAt" timestamptz, "updatedAt" timestamptz, "voidedAt" timestamptz,
  version integer`);

/** A table `r` of these transactions. */
function storedRows(stored: readonly Transaction[]): SQL {
  return sql`jsonb_to_recordset(${JSON.stringify(stored.map(storedRow))}::jsonb) as r(${jsonColumns})`;
}

function storedRow({ splits: _, amount: whole, transfer, ...same }: Transaction) {
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
