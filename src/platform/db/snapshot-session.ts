import postgres, { type Sql } from "postgres";
import { type ConnectionSettings, postgresJsOptions } from "./connection.ts";

const closeTimeoutSeconds = 1;
/** Somebody who alters a table while a snapshot begins is waited for this long. */
const lockTimeoutMs = 30_000;

/**
 * Connections on which values read as the same text whatever the role, the database or the server prefers, and on
 * which nothing ends a statement for taking long. Closed when `work` is done, at once when it failed.
 */
export async function withSessions<T>(
  connection: ConnectionSettings,
  max: number,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  const sql = postgres({
    ...postgresJsOptions(connection),
    max,
    max_lifetime: null,
    idle_timeout: 0,
    onnotice: () => {},
    connection: {
      application_name: "fintrack snapshot",
      // Names within values (of type regclass, say) are then written in full.
      search_path: "pg_catalog",
      TimeZone: "UTC",
      DateStyle: "ISO, YMD",
      IntervalStyle: "postgres",
      extra_float_digits: 3,
      bytea_output: "hex",
      lock_timeout: lockTimeoutMs,
      // As text: postgres.js leaves out what is falsy.
      statement_timeout: "0" as unknown as number,
      idle_in_transaction_session_timeout: "0" as unknown as number,
    },
  });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: closeTimeoutSeconds });
  }
}
