import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import type { AuditContexts } from "#platform/db/audit-context";
import { type DatabaseOptions, type OpenDatabase, openDatabase } from "#platform/db/client";
import { postgresJsOptions } from "#platform/db/connection";
import { createPool, type PoolClient } from "#platform/db/pool";
import { createTransact } from "#platform/db/transact";
import { createWriteOne } from "#platform/db/write-one";

type Query = Parameters<postgres.Sql["unsafe"]>;

/** What the same database would do if nobody asked who changed what: no context is made, signed or sent, no outcome told. */
export function openSilentDatabase(options: DatabaseOptions): OpenDatabase {
  const opened = openDatabase(options);
  const size = Math.max(1, Math.floor(options.poolSize / 2));
  const client = postgres({
    ...postgresJsOptions(options.connection),
    ...{ max: size, onnotice: () => {} },
    connection: { application_name: "fintrack write", TimeZone: "UTC", jit: "off" },
  });
  const pool = createPool(client, { size, retryOnce: false });
  drizzle(pool.client as postgres.Sql);
  const contexts: AuditContexts = { next: () => "", takeWritten: () => false };
  const writers = {
    ...{ client: silent(pool.client), contexts },
    ...{ clock: options.clock, isWritable: () => true },
  };
  return {
    ...opened,
    transact: createTransact(writers),
    writeOne: createWriteOne(writers),
    emitMessage: async () => {},
    takeWritten: contexts.takeWritten,
    async close() {
      await pool.close(0);
      await opened.close();
    },
  };
}

/** Leaves out what only tells: the statement of its own, and the call inside of another. */
function silent(client: PoolClient): PoolClient {
  const begin = (work: (connection: postgres.TransactionSql) => Promise<unknown>) =>
    client.begin((connection) =>
      work({
        ...{ savepoint: connection.savepoint },
        unsafe: (...query: Query) =>
          isMessage(query[0])
            ? { execute: () => Promise.resolve([]) }
            : connection.unsafe(...withoutMessage(query)),
      } as unknown as postgres.TransactionSql),
    );
  const unsafe = (...query: Query) => client.unsafe(...withoutMessage(query));
  return { ...client, begin, unsafe } as unknown as PoolClient;
}

const isMessage = (text: string): boolean =>
  text.startsWith("select pg_logical_emit_message(true, $1, $2");

/** The parameters stay, so that the others keep their numbers. */
const withoutMessage = ([text, ...rest]: Query): Query => [
  text.replace(/pg_logical_emit_message\(true, (\$\d+), (\$\d+)::text\)/, "($1::text || $2)"),
  ...rest,
];
