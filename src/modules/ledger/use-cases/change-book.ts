import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { type LocalDate, parseLocalDate } from "#platform/kernel/time";
import type { Book } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import {
  type BookInput,
  readBook,
  readClosingDay,
  requireBackward,
  requireForward,
} from "../domain/book.ts";
import { readOptionalReason, readReason } from "../domain/name.ts";
import {
  type BookAccessDeps,
  bookNotFound,
  lockBook,
  requireBook,
  requireVersion,
} from "./book-access.ts";

type Deps = BookAccessDeps & Pick<LedgerDeps, "scales" | "closings">;

/** Which book, and the version of it that its owner has seen. */
type Target = { readonly id: string; readonly ifMatch: number };

/** Name, base currency, language. What is absent stays as it is. */
export async function updateBook(
  deps: Deps,
  ctx: RequestContext,
  input: Target & BookInput,
): Promise<Book> {
  const changes = readBook(input, deps.scales);
  return changeBook(deps, ctx, input, (tx, book) =>
    deps.books.change(tx, book.id, changes, deps.clock.now()),
  );
}

/** Closes everything up to a day. Throws `ledger.period_closed` (409) when more than that is closed. */
export async function closeBook(
  deps: Deps,
  ctx: RequestContext,
  input: Target & { readonly closedThrough: string; readonly reason?: string | undefined },
): Promise<Book> {
  const closedThrough = readClosingDay(input.closedThrough, deps.clock.now());
  const reason = readOptionalReason(input.reason);
  return changeBook(deps, ctx, input, async (tx, book, by) => {
    requireForward(book.closedThrough, closedThrough);
    if (book.closedThrough !== closedThrough)
      await record(deps, tx, { ...by, bookId: book.id, closedThrough, reason });
  });
}

/** Opens closed days again. Throws `ledger.not_closed` (409) when they are open. `closedThrough` null = all are. */
export async function reopenBook(
  deps: Deps,
  ctx: RequestContext,
  input: Target & { readonly closedThrough: string | null; readonly reason: string },
): Promise<Book> {
  const closedThrough =
    input.closedThrough === null ? null : parseLocalDate(input.closedThrough, "/closedThrough");
  const reason = readReason(input.reason);
  return changeBook(deps, ctx, input, async (tx, book, by) => {
    requireBackward(book.closedThrough, closedThrough);
    await record(deps, tx, { ...by, bookId: book.id, closedThrough, reason });
  });
}

/** By its owner, one at a time, from the version that he has seen. */
async function changeBook(
  deps: Deps,
  ctx: RequestContext,
  { id, ifMatch }: Target,
  apply: (tx: Tx, book: Book, by: Pick<Closing, "userId">) => Promise<void>,
): Promise<Book> {
  const { bookId, userId } = await requireBook(deps, ctx, { bookId: id, path: "id", need: "own" });
  return deps.db.transact(ctx, async (tx) => {
    await lockBook(deps, tx, { bookId, dates: [] });
    const find = async () => {
      const book = await deps.books.find(tx, { userId, bookId });
      if (!book) throw bookNotFound();
      return book;
    };
    const book = await find();
    requireVersion(book.version, ifMatch);
    await apply(tx, book, { userId });
    return find();
  });
}

type Closing = {
  readonly bookId: Book["id"];
  readonly userId: Book["id"];
  readonly closedThrough: LocalDate | null;
  readonly reason: string | null;
};

async function record(
  { books, closings, ids, clock }: Pick<LedgerDeps, "books" | "closings" | "ids" | "clock">,
  tx: Tx,
  { bookId, userId, closedThrough, reason }: Closing,
): Promise<void> {
  const at = clock.now();
  await books.setClosedThrough(tx, bookId, closedThrough);
  await books.change(tx, bookId, {}, at);
  await closings.add(tx, {
    ...{ id: ids.next(), bookId, closedThrough, reason },
    ...{ closedBy: userId, closedAt: at },
  });
}
