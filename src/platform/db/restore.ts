import type { Sql } from "postgres";
import type { ConnectionSettings } from "./connection.ts";
import { copyIn } from "./copy-stream.ts";
import {
  keyOf,
  qualified,
  quote,
  readCatalog,
  readMigrations,
  readSchemas,
  readTables,
  type Session,
} from "./snapshot-catalog.ts";
import { openSnapshotDirectory } from "./snapshot-directory.ts";
import type { SnapshotSource } from "./snapshot-ends.ts";
import {
  type AppliedMigrations,
  SnapshotError,
  type SnapshotManifest,
  type SnapshotTable,
} from "./snapshot-manifest.ts";
import { withSessions } from "./snapshot-session.ts";

export type RestoreOptions = {
  /** Brings the empty database to exactly these migrations: the rows fit the tables of their time. */
  migrateTo(migrations: AppliedMigrations): Promise<void>;
  /** Runs in the transaction that loads the rows, after them: its failure leaves nothing behind either. */
  afterLoad?(transaction: Session): Promise<void>;
};

/** {@link restoreFrom} a directory. */
export const restoreSnapshot = async (
  directory: string,
  connection: ConnectionSettings,
  options: RestoreOptions,
): Promise<SnapshotManifest> =>
  restoreFrom(await openSnapshotDirectory(directory), connection, options);

/**
 * Fills an empty database from a snapshot, in full or not at all; the caller then migrates on to its own release and
 * grants privileges. `connection` is the owner's. No server may be working on the database.
 * Throws {@link SnapshotError} when the snapshot is damaged, the database is not empty, or the two do not fit.
 */
export async function restoreFrom(
  source: SnapshotSource,
  connection: ConnectionSettings,
  options: RestoreOptions,
): Promise<SnapshotManifest> {
  const { manifest } = source;
  await withSessions(connection, 1, async (sql) => {
    const schemas = await readSchemas(sql);
    await assertEmpty(sql);
    try {
      await options.migrateTo(manifest.migrations);
      await assertSameMigrations(sql, manifest);
      await sql.begin(async (transaction) => {
        await load(transaction, source);
        await options.afterLoad?.(transaction);
      });
    } catch (error) {
      await dropSchemasExcept(sql, schemas).catch(() => {
        throw new SnapshotError(
          "The restore failed and could not clean up after itself: the database is not usable. Drop it.",
          { cause: error },
        );
      });
      throw error;
    }
    await sql.unsafe("analyze");
  });
  return manifest;
}

async function assertEmpty(session: Session): Promise<void> {
  const [table] = await readTables(session);
  const journals = Object.keys(await readMigrations(session));
  if (table || journals.length > 0)
    throw new SnapshotError(
      `The database is not empty${table ? ` (it has the table ${keyOf(table)})` : ""}. ` +
        "Restore into a new database; nothing was changed.",
    );
}

async function assertSameMigrations(session: Session, manifest: SnapshotManifest): Promise<void> {
  const wanted = JSON.stringify(sorted(manifest.migrations));
  if (JSON.stringify(sorted(await readMigrations(session))) !== wanted)
    throw new SnapshotError("The database was not migrated to exactly the snapshot's migrations.");
}

/** A folder without any applied migration is the same as none. */
const sorted = (migrations: AppliedMigrations) =>
  Object.entries(migrations)
    .filter(([, applied]) => applied.length > 0)
    .map(([folder, applied]) => ({
      folder,
      applied: applied.map(({ hash, when }) => [hash, when]),
    }))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));

async function load(session: Session, { manifest, read }: SnapshotSource): Promise<void> {
  const { tables } = manifest;
  await makePartitions(session, manifest);
  await session.unsafe("set constraints all deferred");
  // What the migrations have put in is in the snapshot too.
  if (tables.length > 0)
    await session.unsafe(`truncate ${tables.map(qualified).join(", ")} cascade`);
  for (const table of tables) {
    const triggers = await readTriggers(session, table);
    await switchTriggers(session, table, triggers, "disable");
    const columns = table.columns.map(quote).join(", ");
    await copyIn(session, `copy ${qualified(table)} (${columns}) from stdin`, read(table));
    await switchTriggers(session, table, triggers, "enable");
    await assertCount(session, table);
  }
  for (const { schema, sequence, lastValue, isCalled } of manifest.sequences)
    await session.unsafe("select setval($1::regclass, $2::bigint, $3::boolean)", [
      `${quote(schema)}.${quote(sequence)}`,
      lastValue,
      isCalled,
    ]);
}

/** Those that no migration makes, but the running application as time goes by. */
async function makePartitions(session: Session, manifest: SnapshotManifest): Promise<void> {
  const existing = new Set((await readCatalog(session)).partitions.map(keyOf));
  for (const partition of manifest.partitions) {
    if (existing.has(keyOf(partition))) continue;
    const further =
      partition.partitionedBy === null ? "" : ` partition by ${partition.partitionedBy}`;
    await session.unsafe(
      `create table ${qualified(partition)} partition of ${qualified(partition.parent)} ${partition.bound}${further}`,
    );
  }
}

async function assertCount(session: Session, table: SnapshotTable): Promise<void> {
  const [row] = await session.unsafe<{ count: string }[]>(
    `select count(*)::text as count from ${qualified(table)}`,
  );
  if (row?.count !== String(table.rows))
    throw new SnapshotError(
      `${keyOf(table)} has ${row?.count} rows after loading; the snapshot has ${table.rows}.`,
    );
}

/** A trigger on new rows would change or refuse rows that are not new. */
const readTriggers = (session: Session, table: SnapshotTable) =>
  session.unsafe<{ name: string }[]>(
    "select tgname as name from pg_trigger where tgrelid = $1::regclass and not tgisinternal and tgenabled = 'O'",
    [qualified(table)],
  );

async function switchTriggers(
  session: Session,
  table: SnapshotTable,
  triggers: readonly { name: string }[],
  state: "enable" | "disable",
): Promise<void> {
  for (const { name } of triggers)
    await session.unsafe(`alter table ${qualified(table)} ${state} trigger ${quote(name)}`);
}

/** The database was empty before, so whatever is there now is ours. */
async function dropSchemasExcept(sql: Sql, kept: readonly string[]): Promise<void> {
  for (const schema of await readSchemas(sql))
    if (!kept.includes(schema)) await sql.unsafe(`drop schema ${quote(schema)} cascade`);
}
