import { sql as drizzleSql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { ensureAudited } from "./audited.ts";
import { type ConnectionSettings, postgresJsOptions } from "./connection.ts";
import type { Reader } from "./database.ts";
import { grantPrivileges } from "./grants.ts";
import {
  type Applied,
  folderOf,
  journalSchema,
  pendingMigrations,
  readJournal,
} from "./journal.ts";
import type { DatabaseLayout, RoleNames } from "./layout.ts";
import type { OwnerConnection } from "./owner-connection.ts";

/** Nodes that start together take turns; the key means nothing, it only has to be ours. */
const migrationLockKey = "8246108931375104";
/** A node waits this long for another one's migrations. */
const migrationLockTimeoutMs = 600_000;
/** A migration that cannot lock its table gives up, so that the writers queueing behind it go on. */
const tableLockTimeoutMs = 10_000;

export type MigrateOptions = {
  /** The owner's, who may create schemas. */
  readonly connection: ConnectionSettings;
  readonly layout: DatabaseLayout;
  readonly roles: RoleNames;
  /** Schemas that a library makes and upgrades by itself (pg-boss), still under the lock; grants are its own. */
  readonly migrateLibraries?: (owner: OwnerConnection) => Promise<void>;
};

/**
 * Brings a database to this release: applies what is missing folder by folder, checks that every known migration is
 * applied as it is in the source tree, grants the run-time roles their privileges and sets up what the audit trail
 * follows. Idempotent; nodes that start together wait for each other. Throws naming the migration or table at fault.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { connection, layout, roles } = options;
  const owner = connectOwner(connection);
  try {
    await lock(owner);
    await applyJournals(connection, layout, owner);
    await options.migrateLibraries?.(owner);
    await grantPrivileges(owner, layout, roles);
    if (layout.audited) await ensureAudited(owner, layout.schemas);
  } finally {
    await owner.end({ timeout: 1 });
  }
}

/** The migrations that this release knows and the database lacks. Throws as {@link migrate} on changed ones. */
export async function migrationState(
  read: Reader,
  layout: DatabaseLayout,
): Promise<{ readonly pending: readonly string[] }> {
  const pending: string[] = [];
  for (const schema of layout.schemas) {
    const table = drizzleSql`${drizzleSql.identifier(journalSchema)}.${drizzleSql.identifier(folderOf(schema))}`;
    const exists = await read.execute<{ found: boolean }>(
      drizzleSql`select to_regclass(${`${journalSchema}.${folderOf(schema)}`}) is not null as found`,
    );
    const applied = exists[0]?.found
      ? await read.execute<{ hash: string; created_at: string }>(
          drizzleSql`select hash, created_at from ${table}`,
        )
      : [];
    const known = applied.map(({ hash, created_at }) => ({ hash, when: Number(created_at) }));
    pending.push(...pendingMigrations(readJournal(layout, schema), known).map(({ name }) => name));
  }
  return { pending };
}

async function applyJournals(
  connection: ConnectionSettings,
  layout: DatabaseLayout,
  owner: OwnerConnection,
): Promise<void> {
  const client = connectOwner(connection);
  try {
    await client.unsafe(`set lock_timeout = ${tableLockTimeoutMs}`);
    const db = drizzle(client);
    for (const schema of layout.schemas) {
      const folder = folderOf(schema);
      const migrations = readJournal(layout, schema);
      // Before anything newer is applied: Drizzle itself never looks at hashes again.
      pendingMigrations(migrations, await readApplied(owner, folder));
      await applyMigrations(db, {
        migrationsFolder: `${layout.migrationsRoot}/${folder}`,
        migrationsSchema: journalSchema,
        migrationsTable: folder,
      });
      const [missing] = pendingMigrations(migrations, await readApplied(owner, folder));
      if (missing) throw new Error(`migration ${missing.name} was not applied`);
    }
  } finally {
    await client.end({ timeout: 1 });
  }
}

async function readApplied(owner: OwnerConnection, folder: string): Promise<Applied[]> {
  const [journal] = await owner<{ found: boolean }[]>`
    select to_regclass(${`${journalSchema}.${folder}`}) is not null as found`;
  if (!journal?.found) return [];
  const rows = await owner<{ hash: string; when: string }[]>`
    select hash, created_at as when from ${owner(journalSchema)}.${owner(folder)}`;
  return rows.map(({ hash, when }) => ({ hash, when: Number(when) }));
}

async function lock(owner: OwnerConnection): Promise<void> {
  await owner.unsafe(`set lock_timeout = ${migrationLockTimeoutMs}`);
  await owner`select pg_advisory_lock(${migrationLockKey})`;
  await owner.unsafe(`set lock_timeout = ${tableLockTimeoutMs}`);
}

// The lock lives as long as its session does: no idle end, no maximal lifetime.
const connectOwner = (connection: ConnectionSettings): OwnerConnection =>
  postgres({
    ...postgresJsOptions(connection),
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => {},
    connection: { application_name: "fintrack migrate", TimeZone: "UTC" },
  });
