import { and, asc, count, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { type ImportState, openStates } from "../domain/import-state.ts";
import { importChunks, imports } from "./tables.ts";

export type StoredImport = typeof imports.$inferSelect;

/** An import as somebody last saw it: what is done with it must find it so. */
export type SeenImport = {
  readonly id: Id;
  readonly version: number;
  readonly state: ImportState;
};

/** `version`: raised by one when left out; progress alone leaves it. */
type Changes = Partial<
  Pick<
    StoredImport,
    | "state"
    | "sizeBytes"
    | "sha256"
    | "facts"
    | "proposal"
    | "answers"
    | "rowsRead"
    | "counts"
    | "failure"
  >
>;

export type ImportRepository = ReturnType<typeof createImportRepository>;

/** What is uploaded, and what became of it. The rows of its file are in the import row repository. */
export function createImportRepository() {
  return {
    /** Of any book. */
    async find(reader: Reader, id: Id): Promise<StoredImport | undefined> {
      const [row] = await reader.select().from(imports).where(eq(imports.id, id));
      return row;
    },

    /** The newest first; `after` = when the last one seen was created, and its id. */
    list(
      reader: Reader,
      query: {
        readonly bookId: Id;
        readonly accountId: Id | undefined;
        readonly after: { readonly createdAt: Instant; readonly id: Id } | undefined;
        readonly limit: number;
      },
    ): Promise<StoredImport[]> {
      const { bookId, accountId, after, limit } = query;
      return reader
        .select()
        .from(imports)
        .where(
          and(
            eq(imports.bookId, bookId),
            accountId === undefined ? undefined : eq(imports.accountId, accountId),
            after &&
              sql`(${imports.createdAt}, ${imports.id}) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(desc(imports.createdAt), desc(imports.id))
        .limit(limit);
    },

    /** One at a time begins an import of a user; held to the end of the transaction. */
    async lockCreator(tx: Tx, userId: Id): Promise<void> {
      await tx.execute(
        sql`select pg_advisory_xact_lock(hashtextextended(${`ledger.imports ${userId}`}, 0))`,
      );
    },

    async countOpen(tx: Tx, userId: Id): Promise<number> {
      const [row] = await tx
        .select({ open: count() })
        .from(imports)
        .where(and(eq(imports.createdBy, userId), inArray(imports.state, [...openStates])));
      return row?.open ?? 0;
    },

    async insert(tx: Tx, added: typeof imports.$inferInsert): Promise<void> {
      await tx.insert(imports).values(added);
    },

    /** Undefined when it is no longer as it was seen; nothing is changed then. The row stays locked. */
    async change(
      tx: Tx,
      seen: SeenImport,
      changes: Changes,
      at: Instant,
    ): Promise<StoredImport | undefined> {
      const [row] = await tx
        .update(imports)
        .set({ ...changes, version: sql`${imports.version} + 1`, updatedAt: at })
        .where(isStill(seen))
        .returning();
      return row;
    },

    /** As `change`, for what its owner has not decided: the version stays. */
    async note(tx: Tx, seen: SeenImport, changes: Changes, at: Instant): Promise<boolean> {
      const rows = await tx
        .update(imports)
        .set({ ...changes, updatedAt: at })
        .where(isStill(seen))
        .returning({ id: imports.id });
      return rows.length > 0;
    },

    /** With its file and rows. False when it is no longer as it was seen. */
    async remove(tx: Tx, seen: SeenImport): Promise<boolean> {
      const rows = await tx.delete(imports).where(isStill(seen)).returning({ id: imports.id });
      return rows.length > 0;
    },

    async addChunk(
      tx: Tx,
      chunk: { readonly importId: Id; readonly number: number; readonly content: Uint8Array },
    ): Promise<void> {
      await tx.insert(importChunks).values(chunk);
    },

    /** By number from 0; undefined behind the last one. */
    async chunk(reader: Reader, importId: Id, number: number): Promise<Uint8Array | undefined> {
      const [row] = await reader
        .select({ content: importChunks.content })
        .from(importChunks)
        .where(and(eq(importChunks.importId, importId), eq(importChunks.number, number)));
      return row?.content;
    },

    async removeChunks(tx: Tx, importId: Id): Promise<void> {
      await tx.delete(importChunks).where(eq(importChunks.importId, importId));
    },

    /** Imports in one of these states that nothing has happened to since; the oldest first. */
    quietSince(
      reader: Reader,
      query: {
        readonly states: readonly ImportState[];
        readonly before: Instant;
        readonly limit: number;
      },
    ): Promise<StoredImport[]> {
      return reader
        .select()
        .from(imports)
        .where(and(inArray(imports.state, [...query.states]), lt(imports.updatedAt, query.before)))
        .orderBy(asc(imports.updatedAt))
        .limit(query.limit);
    },
  };
}

const isStill = ({ id, version, state }: SeenImport) =>
  and(eq(imports.id, id), eq(imports.version, version), eq(imports.state, state));
