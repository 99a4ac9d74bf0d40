import { and, asc, eq, gt, inArray } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { CustodyEntry, SaltedValue } from "../domain/custody.ts";
import { custodyEntries, custodyValues } from "./tables.ts";

export type CustodyRepository = ReturnType<typeof createCustodyRepository>;

/** The custody logs of debts. Entries are added by whoever holds the lock of the debt's row, and never change. */
export function createCustodyRepository() {
  return {
    async append(
      tx: Tx,
      debtId: Id,
      added: { readonly entries: readonly CustodyEntry[]; readonly values: readonly SaltedValue[] },
    ): Promise<void> {
      const { entries, values } = added;
      if (entries.length > 0)
        await tx
          .insert(custodyEntries)
          .values(entries.map(({ text, ...entry }) => ({ ...entry, debtId, entry: text })));
      if (values.length > 0)
        await tx.insert(custodyValues).values(values.map((value) => ({ ...value, debtId })));
    },

    /** In their order, after `after` (0 = from the first). */
    async entries(
      reader: Reader,
      debtId: Id,
      query: { readonly after: number; readonly limit: number },
    ): Promise<CustodyEntry[]> {
      const rows = await reader
        .select()
        .from(custodyEntries)
        .where(and(eq(custodyEntries.debtId, debtId), gt(custodyEntries.seq, query.after)))
        .orderBy(asc(custodyEntries.seq))
        .limit(query.limit);
      return rows.map(({ debtId: _, entry, ...row }) => ({ ...row, text: entry }));
    },

    /** Of at most a page of entries. */
    async values(reader: Reader, debtId: Id, seqs: readonly number[]): Promise<SaltedValue[]> {
      if (seqs.length === 0) return [];
      const rows = await reader
        .select()
        .from(custodyValues)
        .where(and(eq(custodyValues.debtId, debtId), inArray(custodyValues.seq, [...seqs])))
        .orderBy(asc(custodyValues.seq), asc(custodyValues.name));
      return rows.map(({ debtId: _, ...value }) => value);
    },
  };
}
