import pg from "pg";
import type { Db } from "pg-boss";
import { type ConnectionSettings, pgOptions } from "../db/connection.ts";
import { within } from "./within.ts";

/** Polling, settling and the health check share these; handlers use the application's own pools. */
const poolSize = 4;
const idleTimeoutMs = 30_000;
const statementTimeoutMs = 10_000;
/** Longer than the server's own timeout: only a connection that died in silence comes here. */
const queryTimeoutMs = 15_000;
const closeTimeoutMs = 2_000;

/** The connections that platform/jobs keeps to itself. */
export type JobDatabase = Db & {
  /** Runs `work` in one transaction of its own. */
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Waits for running statements up to {@link closeTimeoutMs}. */
  close(): Promise<void>;
};

/** Connects lazily, and again by itself after the server went away. `onError` hears of idle connections that broke. */
export function openJobDatabase(
  connection: ConnectionSettings,
  onError: (error: Error) => void,
): JobDatabase {
  const pool = new pg.Pool({
    ...pgOptions(connection),
    max: poolSize,
    idleTimeoutMillis: idleTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
    application_name: "fintrack jobs",
  });
  // Without a listener the first broken idle connection would end the process.
  pool.on("error", onError);
  return {
    executeSql: (text, values) => pool.query(text, values as unknown[]),
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      const onBroken = (error: Error) => {
        broken = error;
      };
      // The pool does not listen to a connection that it lent out.
      client.on("error", onBroken);
      try {
        await client.query("begin");
        const result = await work({
          executeSql: (text, values) => client.query(text, values as unknown[]),
        });
        await client.query("commit");
        return result;
      } catch (error) {
        await client.query("rollback").catch((failure: Error) => {
          broken ??= failure;
        });
        throw error;
      } finally {
        client.off("error", onBroken);
        client.release(broken);
      }
    },
    async close() {
      await within(pool.end(), closeTimeoutMs, undefined);
    },
  };
}
