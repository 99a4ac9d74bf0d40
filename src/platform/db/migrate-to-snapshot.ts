import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import type { ConnectionSettings } from "./connection.ts";
import { folderOf, journalSchema, readJournal } from "./journal.ts";
import type { DatabaseLayout } from "./layout.ts";
import type { OwnerConnection } from "./owner-connection.ts";
import { type AppliedMigrations, SnapshotError } from "./snapshot-manifest.ts";
import { withSessions } from "./snapshot-session.ts";

export type MigrateToSnapshotOptions = {
  /** The owner's. */
  readonly connection: ConnectionSettings;
  readonly layout: DatabaseLayout;
  /** As for `migrate`: schemas that a library makes by itself. */
  readonly migrateLibraries?: (owner: OwnerConnection) => Promise<void>;
};

/**
 * The `migrateTo` of a restore: applies, folder by folder, the migrations that the snapshot names and none beyond.
 * Grants and the audit publication come with the ordinary `migrate` afterwards.
 * Throws {@link SnapshotError} when this release lacks one of them or has another version of it.
 */
export const migrateToSnapshot =
  (options: MigrateToSnapshotOptions) =>
  async (migrations: AppliedMigrations): Promise<void> => {
    await withSessions(options.connection, 1, async (owner) => {
      assertKnownFolders(options.layout, migrations);
      for (const schema of options.layout.schemas) {
        const folder = folderOf(schema);
        const applied = migrations[folder] ?? [];
        const known = readJournal(options.layout, schema);
        applied.forEach(({ hash, when }, index) => {
          if (known[index]?.hash !== hash || known[index]?.when !== when)
            throw new SnapshotError(
              `The snapshot was taken after a migration of ${folder} that this release does not have ` +
                `(number ${index + 1}). Restore it with the release that took it, or a newer one.`,
            );
        });
        if (applied.length > 0)
          await applyFirst(
            owner,
            join(options.layout.migrationsRoot, folder),
            folder,
            applied.length,
          );
      }
    });
    // A session of their own: Drizzle has changed how the first one writes parameters.
    const { migrateLibraries } = options;
    if (migrateLibraries) await withSessions(options.connection, 1, migrateLibraries);
  };

function assertKnownFolders(layout: DatabaseLayout, migrations: AppliedMigrations): void {
  const known = layout.schemas.map(folderOf);
  const unknown = Object.keys(migrations).find((folder) => !known.includes(folder));
  if (unknown !== undefined)
    throw new SnapshotError(`The snapshot has a module ${unknown}, which this release lacks.`);
}

/** Drizzle applies all that a journal lists, so it gets a folder whose journal ends earlier. */
async function applyFirst(
  owner: OwnerConnection,
  source: string,
  folder: string,
  count: number,
): Promise<void> {
  const journal: { entries: { tag: string }[] } = JSON.parse(
    readFileSync(join(source, "meta", "_journal.json"), "utf8"),
  );
  const entries = journal.entries.slice(0, count);
  const shortened = mkdtempSync(join(tmpdir(), "fintrack-migrations-"));
  try {
    mkdirSync(join(shortened, "meta"));
    writeFileSync(
      join(shortened, "meta", "_journal.json"),
      JSON.stringify({ ...journal, entries }),
    );
    for (const { tag } of entries)
      copyFileSync(join(source, `${tag}.sql`), join(shortened, `${tag}.sql`));
    await applyMigrations(drizzle(owner), {
      migrationsFolder: shortened,
      migrationsSchema: journalSchema,
      migrationsTable: folder,
    });
  } finally {
    rmSync(shortened, { recursive: true });
  }
}
