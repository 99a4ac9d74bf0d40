import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { takeSnapshot } from "#platform/db/snapshot";
import type { TestDatabases } from "./test-app.ts";

export type StoredBytes = {
  /** Every row of every table of both databases, as text. */
  rows(): Promise<string>;
  /** Whether the text stands in the write-ahead log of the last minutes, byte for byte. */
  isInWal(text: string): Promise<boolean>;
  /** Every file of a snapshot of both databases, as text. */
  snapshots(): Promise<string>;
  close(): Promise<void>;
};

/** Looks at what lies on the disk of the database servers, with the rights of whoever stole it. */
export function openStoredBytes({ main, log }: TestDatabases): StoredBytes {
  const [mainSql, logSql] = [main, log].map((database) =>
    postgres({
      ...postgresJsOptions(parseConnection(database.url("launcher"))),
      ...{ max: 1, onnotice: () => {} },
    }),
  );
  if (!mainSql || !logSql) throw new Error("there are two databases");

  async function rowsOf(sql: postgres.Sql): Promise<string[]> {
    const tables = await sql<{ name: string }[]>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`;
    const texts: string[] = [];
    for (const { name } of tables)
      for (const { row } of await sql.unsafe<{ row: string }[]>(
        `select t::text as row from ${name} t`,
      ))
        texts.push(row);
    return texts;
  }

  return {
    rows: async () => [...(await rowsOf(mainSql)), ...(await rowsOf(logSql))].join("\n"),
    async isInWal(text) {
      await mainSql`select pg_logical_emit_message(false, 'flush', '', true)`;
      const [found] = await mainSql`
        select count(*)::int as files from pg_ls_waldir() wal
        where modification > now() - interval '5 minutes'
          and position(${Buffer.from(text)}::bytea in pg_read_binary_file('pg_wal/' || wal.name, 0, wal.size, true)) > 0`;
      return found?.["files"] > 0;
    },
    async snapshots() {
      const directory = mkdtempSync(join(tmpdir(), "fintrack-snapshots-"));
      try {
        for (const [name, { ownerUrl }] of Object.entries({ main, log }))
          await takeSnapshot(parseConnection(ownerUrl), join(directory, name));
        const files = readdirSync(directory, { recursive: true, withFileTypes: true });
        return files
          .filter((file) => file.isFile())
          .map((file) => contentOf(join(file.parentPath, file.name)))
          .join("\n");
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
    async close() {
      await Promise.all([mainSql.end(), logSql.end()]);
    },
  };
}

/** Tables may be compressed in a snapshot. */
function contentOf(path: string): string {
  const bytes = readFileSync(path);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return Buffer.from(isGzip ? Bun.gunzipSync(bytes) : bytes).toString("utf8");
}
