import postgres, { type Sql } from "postgres";
import { type ConnectionSettings, postgresJsOptions } from "./connection.ts";
import type { Passwords } from "./embedded-passwords.ts";
import type { SocketAddress } from "./embedded-socket.ts";

/** The role that initdb makes: the only superuser, and nobody but the launcher logs in as it. */
export const launcherRole = "fintrack_launcher";

/** Without a timeout, postgres.js waits for ever for a server that went away. */
const closeTimeoutSeconds = 1;

/** Runs `work` on a connection of the launcher to one database, and closes it. */
export type WithLauncher = <T>(database: string, work: (sql: Sql) => Promise<T>) => Promise<T>;

export function createWithLauncher(address: SocketAddress, passwords: Passwords): WithLauncher {
  return async (database, work) => {
    const sql = postgres({
      ...postgresJsOptions(embeddedConnection(address, launcherRole, passwords, database)),
      max: 1,
      fetch_types: false,
      onnotice: () => {},
      connection: { application_name: "fintrack launcher" },
    });
    try {
      return await work(sql);
    } finally {
      await sql.end({ timeout: closeTimeoutSeconds });
    }
  };
}

export const embeddedConnection = (
  address: SocketAddress,
  role: string,
  passwords: Passwords,
  database: string,
): ConnectionSettings => ({
  host: address.directory,
  port: address.port,
  user: role,
  password: passwords[role] ?? null,
  database,
  ssl: { mode: "disable", rootCertificatePath: null },
});
