import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { Book, BookRole } from "../contract.ts";
import type { BookLock, LedgerDeps } from "../deps.ts";
import { ledgerErrors } from "../errors.ts";
import { makeDefaultBook } from "./make-default-book.ts";

export type BookAccessDeps = Pick<
  LedgerDeps,
  "db" | "clock" | "ids" | "identity" | "books" | "categories"
>;

/** What is going to be done with a book: read it, write into it, or decide about it. */
export type BookNeed = "read" | "write" | "own";

export type BookAccess = {
  readonly bookId: Id;
  readonly userId: Id;
  readonly role: BookRole;
  readonly baseCurrency: CurrencyCode;
  readonly locale: string;
};

/**
 * That whoever asks may do this with the book that he names, at `path` of his request; without `bookId` with his default
 * one, which is made when he has none: so never inside a transaction. Throws `ledger.book_not_found` (404, also for a
 * book of others), `ledger.read_only` and `ledger.owner_only` (403).
 */
export async function requireBook(
  deps: BookAccessDeps,
  ctx: RequestContext,
  asked: {
    readonly bookId?: string | undefined;
    readonly path?: "bookId" | "/bookId" | "id";
    readonly need: BookNeed;
  },
): Promise<BookAccess> {
  const { need, path = "bookId" } = asked;
  const bookId = asked.bookId === undefined ? undefined : parseId(asked.bookId, path);
  return requireBookOfUser(deps, ctx, { userId: ownUserId(ctx), bookId, need });
}

/** As {@link requireBook}, for a user whom a neighbour names. */
export async function requireBookOfUser(
  deps: BookAccessDeps,
  ctx: RequestContext,
  input: { readonly userId: Id; readonly bookId?: Id | undefined; readonly need: BookNeed },
): Promise<BookAccess> {
  const book = await findBook(deps, ctx, input);
  if (!book) throw bookNotFound();
  return accessOf(book, input);
}

/**
 * As {@link requireBook} for the book of a row: a row that is not there, or of a book that the user is no member of, is
 * `notFound`.
 */
export async function requireBookOf(
  deps: BookAccessDeps,
  ctx: RequestContext,
  row: { readonly bookId: Id } | undefined,
  need: BookNeed,
  notFound: () => AppError,
): Promise<BookAccess> {
  const userId = ownUserId(ctx);
  const book = row && (await deps.books.find(deps.db.read, { userId, bookId: row.bookId }));
  if (!book) throw notFound();
  return accessOf(book, { userId, need });
}

/** The book itself; without `bookId` the user's default one, made when there is none. */
export async function findBook(
  deps: BookAccessDeps,
  ctx: RequestContext,
  { userId, bookId }: { readonly userId: Id; readonly bookId?: Id | undefined },
): Promise<Book | undefined> {
  const find = () => deps.books.find(deps.db.read, { userId, bookId });
  const found = await find();
  if (found || bookId !== undefined) return found;
  await makeDefaultBook(deps, ctx, { userId });
  return find();
}

/**
 * Takes the book for the length of the transaction: the first thing that every write does. `dates` = the days that are
 * written to, before and after. Throws `ledger.period_closed` (409) when one of them is closed.
 */
export async function lockBook(
  deps: Pick<LedgerDeps, "books">,
  tx: Tx,
  { bookId, dates }: { readonly bookId: Id; readonly dates: readonly LocalDate[] },
): Promise<BookLock> {
  const earliest = dates.reduce<LocalDate | null>(
    (first, day) => (first === null || day < first ? day : first),
    null,
  );
  const lock = await deps.books.lock(tx, { bookId, earliest });
  if (!lock) throw periodClosed(await deps.books.closedThrough(tx, bookId));
  return lock;
}

/** Throws `ledger.version_changed` (412) unless the thing still has the version that the client has seen. */
export function requireVersion(current: number, seen: number): void {
  if (current !== seen)
    throw ledgerErrors.fail(
      "version_changed",
      "It was changed after you read it: read it again and decide anew.",
      { meta: { version: current } },
    );
}

/** Who acts. The guard lets nobody but users through to where this is asked. */
export function ownUserId({ actor, operation }: RequestContext): Id {
  if (actor.type !== "user") throw new Error(`${operation} was reached by no user`);
  return actor.id;
}

export const bookNotFound = (): AppError =>
  ledgerErrors.fail("book_not_found", "You have no such book.");

export function periodClosed(closedThrough: LocalDate | null): AppError {
  return ledgerErrors.fail(
    "period_closed",
    "The book is closed on one of these days. Its owner can reopen it.",
    closedThrough === null ? {} : { meta: { closedThrough } },
  );
}

function accessOf(
  { id, role, baseCurrency, locale }: Book,
  { userId, need }: { readonly userId: Id; readonly need: BookNeed },
): BookAccess {
  if (need !== "read" && role === "viewer")
    throw ledgerErrors.fail("read_only", "You may look at this book, and not change it.");
  if (need === "own" && role !== "owner")
    throw ledgerErrors.fail("owner_only", "Only the book's owner may do this.");
  return { bookId: id, userId, role, baseCurrency, locale };
}
