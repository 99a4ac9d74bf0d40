import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { decimalFromPostgres } from "#platform/db/columns";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { LocalDate } from "#platform/kernel/time";
import type { ComparedRow } from "../domain/import-duplicates.ts";
import { transactions } from "./tables.ts";

/** What an account has, as far as rows of a file are compared with it. */
export type RecordedLine = {
  readonly id: Id;
  readonly date: LocalDate;
  readonly amount: ComparedRow["amount"];
  readonly externalId: string | null;
  /** Of what was imported as the file had it; null = of {@link RecordedLine.payee} and note. */
  readonly words: string | null;
  readonly payee: string | null;
  readonly note: string | null;
};

export type ImportOriginRepository = ReturnType<typeof createImportOriginRepository>;

type Range = {
  readonly accountId: Id;
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** The last one of the page before. */
  readonly after: Pick<RecordedLine, "date" | "id"> | undefined;
  readonly limit: number;
};

/** Which transactions came out of files, and what those said of them. */
export function createImportOriginRepository() {
  return {
    /** Some thousand at a time. */
    async insertMany(
      tx: Tx,
      accountId: Id,
      origins: readonly (ComparedRow & { readonly transactionId: Id })[],
    ): Promise<void> {
      await tx.execute(sql`
        insert into ledger.import_origins (transaction_id, account_id, date, amount, words, external_id)
        select "transactionId", ${accountId}, date, amount, words, "externalId"
        from jsonb_to_recordset(${JSON.stringify(origins)}::jsonb)
          as o("transactionId" uuid, date date, amount numeric, words text, "externalId" text)`);
    },

    /** What stands and was imported into the account, as its file had it, wherever it is by now. By day and id. */
    async imported(reader: Reader, range: Range): Promise<RecordedLine[]> {
      const { accountId, from, to, after, limit } = range;
      const rows = await reader.execute<RecordedLine & Record<string, unknown>>(sql`
        select o.transaction_id as id, o.date::text as date, o.amount::text as amount, o.words,
          o.external_id as "externalId", null as payee, null as note
        from ledger.import_origins o join ledger.transactions t on t.id = o.transaction_id
        where o.account_id = ${accountId} and o.date between ${from}::date and ${to}::date
          and (o.date, o.transaction_id) > (${after?.date ?? "0001-01-01"}::date, ${after?.id ?? nil}::uuid)
          and t.voided_at is null
        order by o.date, o.transaction_id limit ${limit}`);
      return rows.map(toLine);
    },

    /** What else moves the account, whole amounts only; opening balances apart. By day and id. */
    async recorded(reader: Reader, range: Range): Promise<RecordedLine[]> {
      const { accountId, from, to, after, limit } = range;
      const rows = await reader.execute<RecordedLine & Record<string, unknown>>(sql`
        select t.id, p.date::text as date, p.amount::text as amount, null as words,
          case when t.account_id = p.account_id then t.external_id end as "externalId",
          t.payee, t.note
        from ledger.postings p join ledger.transactions t on t.id = p.transaction_id
        where p.account_id = ${accountId} and p.date between ${from}::date and ${to}::date
          and (p.date, p.transaction_id) > (${after?.date ?? "0001-01-01"}::date, ${after?.id ?? nil}::uuid)
          and t.kind <> 'opening'
          and not exists (select from ledger.import_origins o
            where o.transaction_id = t.id and o.account_id = p.account_id)
        order by p.date, p.transaction_id limit ${limit}`);
      return rows.map(toLine);
    },

    /** The first day of what an import recorded and still stands; undefined when nothing does. */
    async firstStandingDay(reader: Reader, importId: Id): Promise<LocalDate | undefined> {
      const [row] = await reader
        .select({ date: sql<LocalDate | null>`min(${transactions.date})::text` })
        .from(transactions)
        .where(stands(importId));
      return row?.date ?? undefined;
    },

    /** What an import recorded and still stands: as many at most as a file has rows. */
    async standing(reader: Reader, importId: Id): Promise<Id[]> {
      const rows = await reader
        .select({ id: transactions.id })
        .from(transactions)
        .where(stands(importId))
        .orderBy(asc(transactions.id));
      return rows.map(({ id }) => id);
    },

    /** Which of these ids of the bank the account has, or had when they were imported, at whatever day. */
    async knownIds(
      reader: Reader,
      accountId: Id,
      externalIds: readonly string[],
    ): Promise<string[]> {
      const rows = await reader.execute<{ externalId: string }>(sql`
        with asked as (select jsonb_array_elements_text(${JSON.stringify(externalIds)}::jsonb) as id)
        select t.external_id as "externalId" from ledger.transactions t
        where t.account_id = ${accountId} and t.voided_at is null and t.external_id is not null
          and t.external_id in (select id from asked)
        union
        select o.external_id from ledger.import_origins o join ledger.transactions t on t.id = o.transaction_id
        where o.account_id = ${accountId} and o.external_id is not null and t.voided_at is null
          and o.external_id in (select id from asked)`);
      return rows.map(({ externalId }) => externalId);
    },
  };
}

const stands = (importId: Id) =>
  and(eq(transactions.importId, importId), isNull(transactions.voidedAt));

const nil = "00000000-0000-0000-0000-000000000000";

const toLine = (row: RecordedLine): RecordedLine => ({
  ...row,
  amount: decimalFromPostgres(row.amount),
});
