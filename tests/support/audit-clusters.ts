import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import {
  type ConnectionSettings,
  parseConnection,
  postgresJsOptions,
} from "#platform/db/connection";
import { openEmbeddedPostgres } from "#platform/db/embedded";
import {
  type EmbeddedDatabase,
  type EmbeddedRole,
  ensureRolesAndDatabases,
  loginRoles,
  roleName,
} from "#platform/db/embedded-roles";
import { startServerPostgres } from "./server-postgres.ts";

/** A PostgreSQL of a test's own, with the roles and databases that the launcher makes. */
export type AuditCluster = {
  at(role: EmbeddedRole, database: EmbeddedDatabase): ConnectionSettings;
  /** As its superuser. */
  superuser(database: EmbeddedDatabase): ConnectionSettings;
  /** A streaming standby of it. */
  standby?(): Promise<AuditCluster>;
  close(): Promise<void>;
};

const superuserRole = "fintrack_launcher";

/** A killed process loses nothing that it has given to the kernel. */
const settings = { fsync: "off", max_replication_slots: "8", max_wal_senders: "8" };

type Parameters = Readonly<Record<string, string>>;

/** The one that comes with FinTrack, in `dataDir`. */
export async function openEmbeddedCluster(
  dataDir: string,
  parameters: Parameters,
): Promise<AuditCluster> {
  const embedded = await openEmbeddedPostgres({
    ...{ dataDir, mode: "server", settings: { ...settings, ...parameters } },
    log: { info: () => {}, warn: () => {} },
  });
  const at = (role: EmbeddedRole, database: EmbeddedDatabase) =>
    parseConnection(embedded.url(role, database));
  return {
    at,
    superuser(database) {
      const passwords = JSON.parse(readFileSync(join(dataDir, "keys", "postgres.json"), "utf8"));
      return { ...at("owner", database), user: superuserRole, password: passwords[superuserRole] };
    },
    close: () => embedded.close(),
  };
}

/** The one that the machine has, older, as somebody else's server. */
export async function openServerCluster(parameters: Parameters): Promise<AuditCluster> {
  const server = await startServerPostgres({ wal_level: "logical", ...settings, ...parameters });
  const passwords = Object.fromEntries(loginRoles.map((role) => [role, randomUUID()]));
  const withSuperuser = async <T>(database: string, work: (sql: Sql) => Promise<T>): Promise<T> => {
    const connection = { ...server.settings, database };
    const sql = postgres({ ...postgresJsOptions(connection), max: 1, onnotice: () => {} });
    try {
      return await work(sql);
    } finally {
      await sql.end({ timeout: 1 });
    }
  };
  await ensureRolesAndDatabases(withSuperuser, passwords);
  const clusterAt = (settings: ConnectionSettings, close: () => Promise<void>): AuditCluster => ({
    at(role, database) {
      const user = roleName(role);
      return { ...settings, user, password: passwords[user] ?? null, database };
    },
    superuser: (database) => ({ ...settings, database }),
    close,
  });
  return {
    ...clusterAt(server.settings, server.stop),
    async standby() {
      const standby = await server.standby();
      return clusterAt(standby.settings, standby.stop);
    },
  };
}
