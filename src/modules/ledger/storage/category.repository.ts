import { and, asc, eq, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { Category, CategoryKind } from "../contract.ts";
import {
  budgetCategories,
  categories,
  categoriesBefore,
  postings,
  transactionChanges,
} from "./tables.ts";

export type CategoryRepository = ReturnType<typeof createCategoryRepository>;

export function createCategoryRepository() {
  return {
    /** Of any book. */
    async find(reader: Reader, id: Id): Promise<Category | undefined> {
      const [row] = await reader.select(columns).from(categories).where(eq(categories.id, id));
      return row;
    },

    /** Of any book, in no order; ids that are no category's are left out. */
    async byIds(reader: Reader, ids: readonly Id[]): Promise<Category[]> {
      if (ids.length === 0) return [];
      return reader.select(columns).from(categories).where(isOneOf(ids));
    },

    /** All of a book, archived ones too, in the order they were made. Their number is bounded where they are made. */
    tree(reader: Reader, bookId: Id): Promise<Category[]> {
      return reader
        .select(columns)
        .from(categories)
        .where(eq(categories.bookId, bookId))
        .orderBy(asc(categories.id));
    },

    /** These of the book and everything below them, each once, in no order. */
    async descendants(
      reader: Reader,
      query: { readonly bookId: Id; readonly ids: readonly Id[] },
    ): Promise<Id[]> {
      if (query.ids.length === 0) return [];
      // UNION, not UNION ALL: it ends whatever the tree looks like.
      const rows = await reader.execute<{ id: Id }>(sql`
        with recursive below as (
          select id from ${categories} where book_id = ${query.bookId} and ${isOneOf(query.ids)}
          union
          select child.id from below join ${categories} child on child.parent_id = below.id
        ) select id from below`);
      return rows.map(({ id }) => id);
    },

    /** The one of the kind for what has no other; every book has it. */
    async uncategorised(reader: Reader, bookId: Id, kind: CategoryKind): Promise<Id> {
      const [row] = await reader
        .select({ id: categories.id })
        .from(categories)
        .where(
          and(
            eq(categories.bookId, bookId),
            eq(categories.kind, kind),
            // As the index has it: a partial one is not used for a parameter.
            sql`${categories.isUncategorised}`,
          ),
        );
      if (!row) throw new Error(`a book has no category for uncategorised ${kind}`);
      return row.id;
    },

    async insertMany(tx: Tx, added: readonly Category[], at: Instant): Promise<void> {
      await tx
        .insert(categories)
        .values(added.map((category) => ({ ...category, createdAt: at, updatedAt: at })));
    },

    /** The book is locked by the caller. */
    async change(
      tx: Tx,
      { id, name, parentId, externalCode }: Category,
      at: Instant,
    ): Promise<void> {
      await tx
        .update(categories)
        .set({ name, parentId, externalCode, ...changed(at) })
        .where(eq(categories.id, id));
    },

    /** Null = restored. The book is locked by the caller. */
    async setArchived(
      tx: Tx,
      ids: readonly Id[],
      archivedAt: Instant | null,
      at: Instant,
    ): Promise<void> {
      await tx
        .update(categories)
        .set({ archivedAt, ...changed(at) })
        .where(isOneOf(ids));
    },

    /**
     * Whether anything ever spoke of the category: a posting, a budget, or what a transaction was before it was changed
     * or voided. What it was after a change it still is, or was before the next one. The book is locked by the caller, so
     * that it stays so.
     */
    async isUsed(tx: Tx, id: Id): Promise<boolean> {
      const [row] = await tx.execute<{ used: boolean }>(sql`
        select exists (select from ${postings} where ${postings.categoryId} = ${id})
          or exists (select from ${budgetCategories} where ${budgetCategories.categoryId} = ${id})
          or exists (select from ${transactionChanges}
            where ${categoriesBefore(transactionChanges)} @> ${JSON.stringify([id])}::jsonb) as used`);
      return row?.used ?? true;
    },

    async remove(tx: Tx, id: Id): Promise<void> {
      await tx.delete(categories).where(eq(categories.id, id));
    },
  };
}

const columns = {
  id: categories.id,
  bookId: categories.bookId,
  parentId: categories.parentId,
  kind: categories.kind,
  name: categories.name,
  externalCode: categories.externalCode,
  isUncategorised: categories.isUncategorised,
  archivedAt: categories.archivedAt,
  version: categories.version,
};

const changed = (at: Instant) => ({ updatedAt: at, version: sql`${categories.version} + 1` });

const isOneOf = (ids: readonly Id[]) =>
  sql`${categories.id} = any(select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)`;
