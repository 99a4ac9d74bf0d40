import type { SQL } from "drizzle-orm";
import type { PgDatabase } from "drizzle-orm/pg-core";
import type { PostgresJsQueryResultHKT } from "drizzle-orm/postgres-js";
import type { RequestContext } from "../kernel/context.ts";

declare const poolBrand: unique symbol;
declare const txBrand: unique symbol;

/** What a repository function reads through: the pool of read-only connections or an open transaction. */
export type Reader = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>;
/** The read pool. Every connection has default_transaction_read_only=on: a stray write fails with 25006. */
export type ReadPool = Reader & { readonly [poolBrand]: true };
/** An open transaction of {@link Database.transact}: the only thing a repository may write through. */
export type Tx = Reader & { readonly [txBrand]: true };

/** MainDB as use-cases see it: one way to read, two ways to write. */
export type Database = {
  readonly read: ReadPool;
  /**
   * Runs `work` in one READ COMMITTED transaction, emits the audit context into the WAL, stores the idempotency
   * record with the plain result. Retried up to three times on 40001 and 40P01, so `work` has no other side effect.
   * Throws when called inside another `transact`.
   */
  transact<T>(ctx: RequestContext, work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * One statement that is its own transaction: the common table expressions in `ctes` (without the leading WITH)
   * end with one named `result`, whose single row is returned as plain JSON (cast numeric and timestamptz to text).
   * No row = nothing was written: undefined.
   */
  writeOne<Row>(ctx: RequestContext, ctes: SQL): Promise<Row | undefined>;
  /**
   * What `read` yields, all of it from one state of the database (REPEATABLE READ, read only), on a connection that is
   * held until the reader has it all or ends early: for answers that are sent while they are read. `owner` = whose they
   * are; 429 when he has too many at once, 503 when all together have. Cut off when the reader stops for
   * a minute, or takes ten minutes.
   */
  stream<T>(owner: string, read: (reader: Reader) => AsyncIterable<T>): AsyncIterable<T>;
  /** LISTEN on a connection of its own. `onListening` runs at first and after every reconnect. Returns the way to stop. */
  listen(
    channel: string,
    onNotify: (payload: string) => void,
    onListening: () => void,
  ): Promise<() => Promise<void>>;
};

/**
 * How the audit trail follows a table: `full` = old and new row, `keys` = that it changed and its key,
 * `none` = not published (secrets, jobs, limits, and rates, which carry their own provenance).
 */
export type AuditMode = "full" | "keys" | "none";

/** What a module tells the migrator. Every table of the schema must be declared, else migrating fails. */
export type ModuleSchema = {
  /** Schema name = module name. */
  readonly name: string;
  /** Folder below drizzle/ and name of the journal; the schema's name when left out. */
  readonly folder?: string;
  readonly tables: Readonly<Record<string, AuditMode>>;
};
