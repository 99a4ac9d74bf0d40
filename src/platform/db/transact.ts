import { PgDialect } from "drizzle-orm/pg-core";
import { PostgresJsSession, PostgresJsTransaction } from "drizzle-orm/postgres-js";
import type { Sql, TransactionSql } from "postgres";
import type { Clock } from "../kernel/clock.ts";
import type { RequestContext } from "../kernel/context.ts";
import { type AuditContexts, auditMessagePrefix } from "./audit-context.ts";
import type { Database, Tx } from "./database.ts";
import { auditFull, databaseFailure } from "./failures.ts";
import {
  type ClaimedContext,
  fromStored,
  isClaimed,
  recordCutoff,
  storeResult,
  takeClaim,
} from "./idempotency.ts";
import { insideTransaction, isInsideTransaction } from "./open-transaction.ts";
import type { PoolClient } from "./pool.ts";
import { retryTransaction } from "./retry.ts";

export type Writers = {
  readonly client: PoolClient;
  readonly contexts: AuditContexts;
  readonly clock: Clock;
  readonly isWritable: () => boolean;
};

export { insideTransaction, isInsideTransaction };

const dialect = new PgDialect();

/** See {@link Database.transact}. */
export function createTransact({
  client,
  contexts,
  clock,
  isWritable,
}: Writers): Database["transact"] {
  return async function transact<T>(ctx: RequestContext, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (isInsideTransaction())
      throw new Error(`${ctx.operation} opens a transaction inside a transaction`);
    if (!isWritable()) throw auditFull();
    try {
      return await retryTransaction(
        async () => (await client.begin((connection) => run(connection, ctx, work))) as T,
      );
    } catch (error) {
      throw databaseFailure(error) ?? error;
    }
  };

  async function run<T>(
    connection: TransactionSql,
    ctx: RequestContext,
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> {
    if (!isClaimed(ctx)) return attributed(connection, ctx, work);
    const earlier = await takeClaim(connection, ctx, recordCutoff(clock));
    if (earlier) return earlier.result as T;
    const result = await attributed(connection, ctx, work);
    return (await remember(connection, ctx, result)) as T;
  }

  /** Sends the audit context ahead of the first statement of `work`, without waiting for its answer. */
  async function attributed<T>(
    connection: TransactionSql,
    ctx: RequestContext,
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> {
    const emitted = connection
      .unsafe(
        "select pg_logical_emit_message(true, $1, $2::text)",
        [auditMessagePrefix, contexts.next(ctx)],
        { prepare: true },
      )
      .execute();
    const { tx, end } = transactionOver(connection);
    const worked = insideTransaction(() => work(tx)).finally(end);
    const [message, result] = await Promise.allSettled([emitted, worked]);
    if (message.status === "rejected") throw message.reason; // the work could then only fail with 25P02
    if (result.status === "rejected") throw result.reason;
    return result.value;
  }

  /** The first answer goes through the same text as every replay, so that they cannot differ. */
  async function remember(connection: TransactionSql, ctx: ClaimedContext, result: unknown) {
    const text = JSON.stringify(result) ?? null;
    await storeResult(connection, ctx, text, clock.now());
    return fromStored(text);
  }
}

/** Drizzle over an open transaction. After `end` it refuses: a late statement would run outside the transaction. */
export function transactionOver(connection: TransactionSql): { tx: Tx; end: () => void } {
  let ended = false;
  const guarded = {
    unsafe: (...query: Parameters<TransactionSql["unsafe"]>) => {
      if (ended)
        throw new Error("a statement after the end of its transaction: something is not awaited");
      return connection.unsafe(...query);
    },
    savepoint: connection.savepoint,
  } as unknown as Sql & TransactionSql;
  const session = new PostgresJsSession(guarded, dialect, undefined);
  return {
    tx: new PostgresJsTransaction(dialect, session, undefined) as unknown as Tx,
    end: () => {
      ended = true;
    },
  };
}
