import type { Database } from "#platform/db/database";
import { AppError } from "#platform/kernel/errors";
import { ledgerErrors } from "../errors.ts";

const retryAfterSeconds = 5;

/**
 * The database, which says that a book is busy (`ledger.book_busy`, 503) where a lock was not to be had in time: every
 * write begins with that of its book, and an import of many rows holds it until all are recorded.
 */
export const tellingBusyBooks = (db: Database): Database => ({
  ...db,
  transact: (ctx, work) => db.transact(ctx, work).catch(bookBusy),
  writeOne: <Row>(...asked: Parameters<Database["writeOne"]>) =>
    db.writeOne<Row>(...asked).catch(bookBusy),
});

function bookBusy(error: unknown): never {
  if (!(error instanceof AppError) || error.code !== "database.locked") throw error;
  throw ledgerErrors.fail(
    "book_busy",
    "Much is being written to this book, an import perhaps. This changed nothing: try again in a few seconds.",
    { retryAfterSeconds, cause: error },
  );
}
