import type { Sql, TransactionSql } from "postgres";
import { limitExceeded } from "../kernel/errors.ts";
import type { Database } from "./database.ts";
import { databaseBusy, databaseFailure } from "./failures.ts";
import { transactionOver } from "./transact.ts";

/** Streams at the same time in one process; each holds a connection for as long as its reader takes. */
export const maxStreams = 6;
/** Of one owner: nobody keeps the others from theirs. */
export const maxStreamsPerOwner = 2;
/** An old snapshot keeps the server from removing old rows: a reader that takes longer is cut off. */
const maxStreamMs = 600_000;
const retryAfterSeconds = 30;

/** See {@link Database.stream}. */
export function createStream(client: Pick<Sql, "begin">): Database["stream"] {
  const running = new Map<string, number>();

  function enter(owner: string): void {
    const own = running.get(owner) ?? 0;
    if (own >= maxStreamsPerOwner)
      throw limitExceeded("Too many downloads at once; let one end first.", retryAfterSeconds);
    const all = running.values().reduce((sum, count) => sum + count, 0);
    if (all >= maxStreams) throw databaseBusy();
    running.set(owner, own + 1);
  }

  function leave(owner: string): void {
    const own = running.get(owner) ?? 0;
    if (own > 1) running.set(owner, own - 1);
    else running.delete(owner);
  }

  return async function* stream(owner, read) {
    enter(owner);
    const startedMs = performance.now();
    const opened = Promise.withResolvers<TransactionSql>();
    const ended = Promise.withResolvers<void>();
    const transaction = client.begin(
      "isolation level repeatable read read only",
      async (connection) => {
        opened.resolve(connection);
        await ended.promise;
      },
    );
    // A reader who forgot to go on has lost his connection after a while, and with it his place.
    transaction.catch(opened.reject).finally(() => leave(owner));
    try {
      const { tx, end } = transactionOver(await opened.promise);
      try {
        for await (const value of read(tx)) {
          yield value;
          if (performance.now() - startedMs > maxStreamMs) throw databaseBusy();
        }
      } finally {
        end();
      }
    } catch (error) {
      throw databaseFailure(error) ?? error;
    } finally {
      ended.resolve();
      await transaction.catch(() => {}); // whoever reads has heard of it
    }
  };
}
