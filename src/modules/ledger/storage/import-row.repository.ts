import { and, asc, eq, gt, isNotNull, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type { Verdict, VerdictCounts } from "../domain/import-state.ts";
import { importRows } from "./tables.ts";

export type StoredImportRow = typeof importRows.$inferSelect;
export type NewImportRow = Omit<StoredImportRow, "importId">;

/** What a row says and what was decided about it; one without a date could not be read. */
export type JudgedRow = Pick<
  StoredImportRow,
  "number" | "verdict" | "date" | "amount" | "payee" | "note" | "externalId"
>;

export type ImportRowRepository = ReturnType<typeof createImportRowRepository>;

/** The rows of a file, with what was made of them. */
export function createImportRowRepository() {
  return {
    /** Some thousand at a time. */
    async insertMany(tx: Tx, importId: Id, rows: readonly NewImportRow[]): Promise<void> {
      if (rows.length > 0)
        await tx.execute(sql`
          insert into ledger.import_rows
            (import_id, number, cells, verdict, fault, date, amount, payee, note, external_id)
          select ${importId}, number, cells, verdict, fault, date, amount, payee, note, "externalId"
          from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(number integer, cells text[], verdict text,
            fault text, date date, amount numeric, payee text, note text, "externalId" text)`);
    },

    /** At most `limit` of them; gives how many. */
    async remove(tx: Tx, importId: Id, limit: number): Promise<number> {
      const removed = await tx.execute(sql`
        delete from ledger.import_rows where (import_id, number) in (
          select import_id, number from ledger.import_rows where import_id = ${importId}
          order by number limit ${limit}
        ) returning 1`);
      return removed.length;
    },

    /**
     * Imports that are over since before then, and have rows still: found from the rows, of which each import's first is
     * looked up. Imports without rows only grow in number.
     */
    async importsWithRows(
      reader: Reader,
      { before, limit }: { readonly before: Instant; readonly limit: number },
    ): Promise<{ id: Id }[]> {
      const rows = await reader.execute<{ id: Id }>(sql`
        with recursive kept as (
          (select import_id from ledger.import_rows order by import_id limit 1)
          union all
          select following.import_id from kept cross join lateral (
            select import_id from ledger.import_rows where import_id > kept.import_id order by import_id limit 1
          ) following
        )
        select i.id from kept join ledger.imports i on i.id = kept.import_id
        where i.state in ('committed', 'undone') and i.updated_at < ${before}::timestamptz
        limit ${limit}`);
      return [...rows];
    },

    /** In their order, behind number `after`. */
    list(
      reader: Reader,
      query: {
        readonly importId: Id;
        readonly verdict: Verdict | undefined;
        readonly after: number;
        readonly limit: number;
      },
    ): Promise<StoredImportRow[]> {
      const { importId, verdict, after, limit } = query;
      return reader
        .select()
        .from(importRows)
        .where(
          and(
            eq(importRows.importId, importId),
            gt(importRows.number, after),
            verdict === undefined ? undefined : eq(importRows.verdict, verdict),
          ),
        )
        .orderBy(asc(importRows.number))
        .limit(limit);
    },

    /** Rows that could be read, in their order, behind number `after`; only the `new` ones if asked. */
    readable(
      reader: Reader,
      query: {
        readonly importId: Id;
        readonly onlyNew: boolean;
        readonly after: number;
        readonly limit: number;
      },
    ): Promise<JudgedRow[]> {
      const { importId, onlyNew, after, limit } = query;
      return reader
        .select({
          number: importRows.number,
          verdict: importRows.verdict,
          date: importRows.date,
          amount: importRows.amount,
          payee: importRows.payee,
          note: importRows.note,
          externalId: importRows.externalId,
        })
        .from(importRows)
        .where(
          and(
            eq(importRows.importId, importId),
            gt(importRows.number, after),
            isNotNull(importRows.date),
            onlyNew ? eq(importRows.verdict, "new") : undefined,
          ),
        )
        .orderBy(asc(importRows.number))
        .limit(limit);
    },

    /** Some ten thousand at a time. */
    async judge(tx: Tx, importId: Id, numbers: readonly number[], verdict: Verdict): Promise<void> {
      await tx.execute(sql`
        update ledger.import_rows r set verdict = ${verdict}
        from jsonb_array_elements_text(${JSON.stringify(numbers)}::jsonb) as judged(number)
        where r.import_id = ${importId} and r.number = judged.number::integer`);
    },

    async counts(reader: Reader, importId: Id): Promise<VerdictCounts> {
      const found = await reader.execute<{ verdict: Verdict; rows: number }>(sql`
        select verdict, count(*)::integer as rows from ledger.import_rows
        where import_id = ${importId} and verdict is not null group by verdict`);
      const counts = { new: 0, duplicate: 0, faulty: 0 };
      for (const { verdict, rows } of found) counts[verdict] = rows;
      return counts;
    },

    /** The first day that a commit would write to; undefined when it would write nothing. */
    async firstNewDay(reader: Reader, importId: Id) {
      const [row] = await reader
        .select({ date: sql<LocalDate | null>`min(${importRows.date})::text` })
        .from(importRows)
        .where(and(eq(importRows.importId, importId), eq(importRows.verdict, "new")));
      return row?.date ?? undefined;
    },
  };
}
