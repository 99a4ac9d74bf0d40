import { and, asc, count, desc, eq, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type { Book, BookRole } from "../contract.ts";
import { bookMembers, bookStates, books } from "./tables.ts";

export type NewBook = {
  readonly id: Id;
  readonly name: string;
  readonly baseCurrency: CurrencyCode;
  readonly locale: string;
  readonly ownerId: Id;
  readonly isDefault: boolean;
  readonly at: Instant;
};

export type BookChanges = {
  readonly name?: string | undefined;
  readonly baseCurrency?: CurrencyCode | undefined;
  readonly locale?: string | undefined;
};

/** What came of asking for a book's lock: null = a day of the change is closed. */
export type BookLock = { readonly revision: number; readonly closedThrough: LocalDate | null };

export type BookRepository = ReturnType<typeof createBookRepository>;

/** Books as their members see them: whoever is no member finds none. */
export function createBookRepository() {
  return {
    /** The book with this id; without one the user's default book. */
    async find(
      reader: Reader,
      query: { readonly userId: Id; readonly bookId: Id | undefined },
    ): Promise<Book | undefined> {
      const { userId, bookId } = query;
      const [row] = await selectBooks(reader, userId)
        .where(
          and(
            eq(bookMembers.userId, userId),
            bookId === undefined ? eq(books.defaultOf, userId) : eq(books.id, bookId),
          ),
        )
        .limit(1);
      return row;
    },

    /** The default one first, then the oldest. */
    list(reader: Reader, query: { readonly userId: Id; readonly limit: number }): Promise<Book[]> {
      const { userId, limit } = query;
      return selectBooks(reader, userId)
        .where(eq(bookMembers.userId, userId))
        .orderBy(desc(isDefaultOf(userId)), asc(books.createdAt), asc(books.id))
        .limit(limit);
    },

    async countOwned(reader: Reader, userId: Id): Promise<number> {
      const [row] = await reader
        .select({ owned: count() })
        .from(bookMembers)
        .where(and(eq(bookMembers.userId, userId), eq(bookMembers.role, "owner")));
      return row?.owned ?? 0;
    },

    /** One at a time makes further books of a user; held to the end of the transaction. */
    async lockOwner(tx: Tx, userId: Id): Promise<void> {
      await tx.execute(
        sql`select pg_advisory_xact_lock(hashtextextended(${`ledger.books ${userId}`}, 0))`,
      );
    },

    /** False when it is a default book and its owner has one by now. */
    async add(tx: Tx, book: NewBook): Promise<boolean> {
      const { id, name, baseCurrency, locale, ownerId, at } = book;
      const [added] = await tx
        .insert(books)
        .values({
          ...{ id, name, baseCurrency, locale, version: 1, createdAt: at, updatedAt: at },
          defaultOf: book.isDefault ? ownerId : null,
        })
        .onConflictDoNothing({ target: books.defaultOf })
        .returning({ id: books.id });
      if (!added) return false;
      await tx.insert(bookStates).values({ bookId: id, revision: 1, closedThrough: null });
      await tx
        .insert(bookMembers)
        .values({ bookId: id, userId: ownerId, role: "owner", addedAt: at });
      return true;
    },

    /**
     * Takes the book for the length of the transaction and counts its change. `earliest` = the first of the days that
     * are written to, null when none is. Undefined = that day is closed, and nothing is locked.
     */
    async lock(
      tx: Tx,
      { bookId, earliest }: { readonly bookId: Id; readonly earliest: LocalDate | null },
    ): Promise<BookLock | undefined> {
      const [row] = await tx
        .update(bookStates)
        .set({ revision: sql`${bookStates.revision} + 1` })
        .where(and(eq(bookStates.bookId, bookId), isOpen(earliest)))
        .returning({ revision: bookStates.revision, closedThrough: bookStates.closedThrough });
      return row;
    },

    /** Raised by everything that is written into the book. */
    async revision(reader: Reader, bookId: Id): Promise<number> {
      const [row] = await reader
        .select({ revision: bookStates.revision })
        .from(bookStates)
        .where(eq(bookStates.bookId, bookId));
      if (!row) throw new Error("a book has no state");
      return row.revision;
    },

    async closedThrough(reader: Reader, bookId: Id): Promise<LocalDate | null> {
      const [row] = await reader
        .select({ closedThrough: bookStates.closedThrough })
        .from(bookStates)
        .where(eq(bookStates.bookId, bookId));
      return row?.closedThrough ?? null;
    },

    /** The book is locked by the caller. What is absent stays as it is. */
    async change(tx: Tx, bookId: Id, changes: BookChanges, at: Instant): Promise<void> {
      await tx
        .update(books)
        .set({ ...changes, updatedAt: at, version: sql`${books.version} + 1` })
        .where(eq(books.id, bookId));
    },

    /** The book is locked by the caller. */
    async setClosedThrough(tx: Tx, bookId: Id, closedThrough: LocalDate | null): Promise<void> {
      await tx.update(bookStates).set({ closedThrough }).where(eq(bookStates.bookId, bookId));
    },
  };
}

/** That nothing of a change lies in the closed period. */
const isOpen = (earliest: LocalDate | null): SQL | undefined =>
  earliest === null
    ? undefined
    : or(isNull(bookStates.closedThrough), sql`${bookStates.closedThrough} < ${earliest}::date`);

const isDefaultOf = (userId: Id) =>
  sql<boolean>`coalesce(${books.defaultOf} = ${userId}::uuid, false)`;

const selectBooks = (reader: Reader, userId: Id) =>
  reader
    .select({
      id: books.id,
      name: books.name,
      baseCurrency: books.baseCurrency,
      locale: books.locale,
      closedThrough: bookStates.closedThrough,
      role: sql<BookRole>`${bookMembers.role}`,
      isDefault: isDefaultOf(userId),
      revision: bookStates.revision,
      version: books.version,
    })
    .from(bookMembers)
    .innerJoin(books, eq(books.id, bookMembers.bookId))
    .innerJoin(bookStates, eq(bookStates.bookId, books.id));
