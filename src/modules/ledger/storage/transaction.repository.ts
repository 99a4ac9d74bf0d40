import { and, desc, eq, isNull, ne, type SQL, sql } from "drizzle-orm";
import { decimalFromPostgres } from "#platform/db/columns";
import type { Reader, ReadPool, Tx } from "#platform/db/database";
import { preparedRead } from "#platform/db/prepared-read";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { Split, Transaction } from "../contract.ts";
import { keptOf, transactionOf } from "./kept-transaction.ts";
import { recordTransaction } from "./record-transaction.ts";
import { storedNames, storedRows, storedValues } from "./stored-rows.ts";
import { accounts, transactionChanges, transactions } from "./tables.ts";

/** One change; `after` is null when the transaction was voided. */
export type TransactionChange = {
  readonly id: Id;
  readonly action: "changed" | "voided";
  readonly changedBy: Id;
  readonly changedAt: Instant;
  readonly reason: string | null;
  readonly before: Transaction;
  readonly after: Transaction | null;
};
export type NewChange = TransactionChange & { readonly transactionId: Id };

const changeColumns = {
  id: transactionChanges.id,
  action: transactionChanges.action,
  changedBy: transactionChanges.changedBy,
  changedAt: transactionChanges.changedAt,
  reason: transactionChanges.reason,
  before: transactionChanges.before,
  after: transactionChanges.after,
};

const findBookOfAccount = preparedRead<{ accountId: Id }, { bookId: Id }[]>(
  "ledger_book_of_account",
  (read, name) =>
    read
      .select({ bookId: accounts.bookId })
      .from(accounts)
      .where(and(eq(accounts.id, sql.placeholder("accountId")), isNull(accounts.system)))
      .prepare(name),
);

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

    /**
     * As `insertMany`, also where the book is not locked: leaves out those whose external id the account has by now, and
     * gives how many there are of the others.
     */
    async insertNew(tx: Tx, added: readonly Transaction[]): Promise<number> {
      const [row] = await tx.execute<{ made: number }>(sql`
        with made as (
          insert into ledger.transactions (${storedNames}) select ${storedValues} from ${storedRows(added)}
          on conflict (account_id, external_id) where external_id is not null and voided_at is null do nothing
          returning 1
        ) select count(*)::int as made from made`);
      return row?.made ?? 0;
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

    /** The book of an account that users see; it never moves to another. */
    async bookOfAccount(read: ReadPool, accountId: Id): Promise<Id | undefined> {
      const [found] = await findBookOfAccount(read, { accountId });
      return found?.bookId;
    },

    /** See {@link recordTransaction}. */
    recording: recordTransaction,

    /** Whether another transaction of the account, not a void one, has the bank's id. */
    async isExternalIdTaken(
      reader: Reader,
      asked: { readonly accountId: Id; readonly externalId: string; readonly exceptId?: Id },
    ): Promise<boolean> {
      const { accountId, externalId, exceptId } = asked;
      const [found] = await reader
        .select({ id: transactions.id })
        .from(transactions)
        .where(
          and(
            eq(transactions.accountId, accountId),
            eq(transactions.externalId, externalId),
            isNull(transactions.voidedAt),
            exceptId && ne(transactions.id, exceptId),
          ),
        );
      return found !== undefined;
    },

    /** What was done to transactions of a book. */
    async recordChanges(tx: Tx, bookId: Id, changes: readonly NewChange[]): Promise<void> {
      if (changes.length > 0)
        await tx.execute(sql`
          insert into ledger.transaction_changes
            (id, transaction_id, book_id, action, changed_by, changed_at, reason, before, after)
          select id, "transactionId", ${bookId}, action, "changedBy", "changedAt", reason, before, after
          from jsonb_to_recordset(${JSON.stringify(changes.map(keptChange))}::jsonb) as c(id uuid, "transactionId" uuid,
            action text, "changedBy" uuid, "changedAt" timestamptz, reason text, before jsonb, after jsonb)`);
    },

    /** The newest first; `after` = when the last one seen was made, and its id. */
    async changesOf(
      reader: Reader,
      query: {
        readonly transactionId: Id;
        readonly after: { readonly changedAt: Instant; readonly id: Id } | undefined;
        readonly limit: number;
      },
    ): Promise<TransactionChange[]> {
      const { transactionId, after, limit } = query;
      const rows = await reader
        .select(changeColumns)
        .from(transactionChanges)
        .where(
          and(
            eq(transactionChanges.transactionId, transactionId),
            after &&
              sql`(${transactionChanges.changedAt}, ${transactionChanges.id}) < (${after.changedAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(desc(transactionChanges.changedAt), desc(transactionChanges.id))
        .limit(limit);
      return rows.map(({ before, after, ...change }) => ({
        ...change,
        before: transactionOf(before),
        after: after && transactionOf(after),
      }));
    },
  };
}

const keptChange = ({ before, after, ...change }: NewChange) => ({
  ...change,
  before: keptOf(before),
  after: after && keptOf(after),
});

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

function toSplit({ categoryId, amount, note }: SplitRow, currency: CurrencyCode): Split {
  return { categoryId, amount: { amount: decimalFromPostgres(amount), currency }, note };
}

/** `splits` in the order of their lines. */
export function toTransaction(row: Row, splits: readonly SplitRow[]): Transaction {
  const { amount, currency, toAccountId, toAmount, toCurrency, rate, ...same } = row;
  return {
    ...same,
    amount: { amount, currency },
    splits: splits.map((split) => toSplit(split, currency)),
    transfer:
      toAccountId && toAmount && toCurrency && rate
        ? { accountId: toAccountId, amount: { amount: toAmount, currency: toCurrency }, rate }
        : null,
  };
}

const idsIn = (ids: readonly Id[]): SQL =>
  sql`select value::uuid as id from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)`;
