import { createHash } from "node:crypto";
import type { Sql } from "postgres";
import type { ConnectionSettings } from "./connection.ts";
import { copyOut } from "./copy-stream.ts";
import {
  type CatalogTable,
  conditionOf,
  keyOf,
  qualified,
  quote,
  readCatalog,
  readTables,
  type Session,
} from "./snapshot-catalog.ts";
import { createDirectorySink } from "./snapshot-directory.ts";
import type { SnapshotSink } from "./snapshot-ends.ts";
import {
  SnapshotError,
  type SnapshotManifest,
  type SnapshotSequence,
  type SnapshotTable,
} from "./snapshot-manifest.ts";
import { withSessions } from "./snapshot-session.ts";

export type SnapshotOptions = {
  /** `schema.table` each; without it, all. Restoring some tables only is possible when they refer to no others. */
  readonly tables?: readonly string[];
};

const newline = 0x0a;
/** Without its ending; short enough for the header of a tar archive. */
const maxFileNameLength = 120;

/**
 * Writes all rows of a database, as they are at one moment, into a new directory, while others go on working.
 * `connection` is of a role that may read everything. Throws {@link SnapshotError} or the database's own error; what
 * is in the directory then is no snapshot.
 */
export const takeSnapshot = async (
  connection: ConnectionSettings,
  directory: string,
  options: SnapshotOptions = {},
): Promise<SnapshotManifest> => streamSnapshot(connection, createDirectorySink(directory), options);

/** The same into any sink: nothing is written elsewhere, and no more is held than a piece of a table. */
export const streamSnapshot = (
  connection: ConnectionSettings,
  sink: SnapshotSink,
  options: SnapshotOptions = {},
): Promise<SnapshotManifest> =>
  withSessions(connection, sink.parallel + 1, (sql) => snapshotAll(sql, sink, options));

async function snapshotAll(
  sql: Sql,
  sink: SnapshotSink,
  options: SnapshotOptions,
): Promise<SnapshotManifest> {
  const known = await readTables(sql);
  return sql.begin("isolation level repeatable read read only", async (leader) => {
    // Before anything is read: a table that is rewritten later would look empty to this transaction.
    if (known.length > 0)
      await leader.unsafe(`lock table ${known.map(qualified).join(", ")} in access share mode`);
    const [moment] = await leader.unsafe<{ snapshot: string; takenAt: string }[]>(`
      select pg_export_snapshot() as snapshot,
        to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "takenAt"`);
    const catalog = await readCatalog(leader);
    const locked = new Set(known.map(keyOf));
    if (catalog.tables.some((table) => !locked.has(keyOf(table))))
      throw new SnapshotError("Tables were made while the snapshot began. Take it again.");

    const tables = await copyAll(
      sql,
      moment?.snapshot ?? "",
      choose(catalog.tables, options.tables),
      sink,
    );
    const manifest: SnapshotManifest = {
      format: "fintrack-snapshot/1",
      takenAt: moment?.takenAt ?? "",
      serverVersion: catalog.serverVersion,
      migrations: catalog.migrations,
      tables,
      partitions: catalog.partitions,
      sequences: await readSequences(leader, catalog.sequences),
    };
    await sink.finish(manifest);
    return manifest;
  }) as Promise<SnapshotManifest>;
}

function choose(tables: readonly CatalogTable[], names?: readonly string[]): CatalogTable[] {
  const missing = names?.find((name) => !tables.some((table) => keyOf(table) === name));
  if (missing !== undefined) throw new SnapshotError(`There is no table ${missing}.`);
  return tables.filter((table) => names === undefined || names.includes(keyOf(table)));
}

/** Several connections, one moment: each joins the leader's exported snapshot. */
async function copyAll(
  sql: Sql,
  snapshot: string,
  tables: readonly CatalogTable[],
  sink: SnapshotSink,
): Promise<SnapshotTable[]> {
  const copied: SnapshotTable[] = new Array(tables.length);
  let next = 0;
  const work = () =>
    sql.begin("isolation level repeatable read read only", async (worker) => {
      await worker.unsafe(`set transaction snapshot '${snapshot}'`);
      for (let index = next++; index < tables.length; index = next++) {
        const table = tables[index];
        if (table) copied[index] = await copyTable(worker, table, index, sink);
      }
    });
  await Promise.all(Array.from({ length: Math.min(sink.parallel, tables.length) }, work));
  return copied;
}

async function copyTable(
  session: Session,
  table: CatalogTable,
  index: number,
  sink: SnapshotSink,
): Promise<SnapshotTable> {
  const { schema, columns } = table;
  const name = `${String(index + 1).padStart(4, "0")}-${encodeURIComponent(keyOf(table))}`;
  const file = `${name.replace(/[^\w.%-]/g, "_").slice(0, maxFileNameLength)}.copy`;
  const condition = conditionOf(table);
  const list = columns.map(quote).join(", ");
  const source =
    table.isPartitioned || condition !== null
      ? `(select ${list} from ${qualified(table)}${condition === null ? "" : ` where ${condition}`})`
      : `${qualified(table)} (${list})`;
  const hash = createHash("sha256");
  let rows = 0;
  let sizeBytes = 0;
  await sink.file(file, (write) =>
    copyOut(session, `copy ${source} to stdout`, async (chunk) => {
      hash.update(chunk);
      // The format escapes newlines within values, so that each one ends a row.
      for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) rows += 1;
      sizeBytes += chunk.length;
      await write(chunk);
    }),
  );
  return { schema, table: table.table, columns, file, rows, sizeBytes, sha256: hash.digest("hex") };
}

/** Read last: a sequence knows no transactions, and may be ahead of the rows, but never behind. */
async function readSequences(
  session: Session,
  sequences: readonly Omit<SnapshotSequence, "lastValue" | "isCalled">[],
): Promise<SnapshotSequence[]> {
  const states: SnapshotSequence[] = [];
  for (const { schema, sequence } of sequences) {
    const [state] = await session.unsafe<{ lastValue: string; isCalled: boolean }[]>(
      `select last_value::text as "lastValue", is_called as "isCalled" from ${quote(schema)}.${quote(sequence)}`,
    );
    if (state) states.push({ schema, sequence, ...state });
  }
  return states;
}
