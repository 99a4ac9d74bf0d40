import { readFileSync } from "node:fs";
import { readMigrationFiles } from "drizzle-orm/migrator";
import type { ModuleSchema } from "./database.ts";
import type { DatabaseLayout } from "./layout.ts";

/** Where the journals of applied migrations stand: one table a folder. */
export const journalSchema = "drizzle";

/** A migration file as its folder's journal lists it. */
export type Migration = {
  /** "currency/0003_add_quarantine". */
  readonly name: string;
  /** SHA-256 of the file, hex. */
  readonly hash: string;
  /** Milliseconds since 1970; the migrator skips what is not newer than the newest applied. */
  readonly when: number;
};

export type Applied = { readonly hash: string; readonly when: number };

export const folderOf = (schema: ModuleSchema): string => schema.folder ?? schema.name;

/** The migrations of a folder in their order. Throws when a file is missing or `when` does not rise. */
export function readJournal(layout: DatabaseLayout, schema: ModuleSchema): Migration[] {
  const folder = folderOf(schema);
  const migrationsFolder = `${layout.migrationsRoot}/${folder}`;
  const files = readMigrationFiles({ migrationsFolder });
  const tags = readTags(`${migrationsFolder}/meta/_journal.json`);
  const migrations = files.map(({ hash, folderMillis }, index) => ({
    name: `${folder}/${tags[index]}`,
    hash,
    when: folderMillis,
  }));
  migrations.forEach((migration, index) => {
    const previous = migrations[index - 1];
    if (previous && previous.when >= migration.when)
      throw new Error(
        `migration ${migration.name} is not dated after ${previous.name}: it would be skipped in silence`,
      );
  });
  return migrations;
}

/**
 * What is still to be applied. Throws, naming the migration, when an applied one was changed since, or when one is
 * older than the newest applied and yet missing. More applied than known is fine: a newer release ran before.
 */
export function pendingMigrations(
  migrations: readonly Migration[],
  applied: readonly Applied[],
): Migration[] {
  const newest = Math.max(...applied.map(({ when }) => when), Number.NEGATIVE_INFINITY);
  return migrations.filter((migration) => {
    const found = applied.find(({ when }) => when === migration.when);
    if (found?.hash === migration.hash) return false;
    if (found) throw new Error(`migration ${migration.name} was changed after it was applied`);
    if (migration.when <= newest)
      throw new Error(
        `migration ${migration.name} was never applied and is older than the newest applied one`,
      );
    return true;
  });
}

function readTags(path: string): string[] {
  const journal: { entries: { tag: string }[] } = JSON.parse(readFileSync(path, "utf8"));
  return journal.entries.map(({ tag }) => tag);
}
