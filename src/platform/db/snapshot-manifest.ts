import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Applied } from "./journal.ts";

/** Applied migrations in their order, by migration folder. */
export type AppliedMigrations = Readonly<Record<string, readonly Applied[]>>;

export type TableName = { readonly schema: string; readonly table: string };

/** One table's rows: a file in the text format of COPY, in UTF-8, a line a row. */
export type SnapshotTable = TableName & {
  readonly columns: readonly string[];
  readonly file: string;
  readonly rows: number;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
};

export type SnapshotSequence = {
  readonly schema: string;
  readonly sequence: string;
  /** Decimal: may be beyond what a JSON number holds. */
  readonly lastValue: string;
  readonly isCalled: boolean;
};

/** A partition, as the text that makes it: some are made at run time and by no migration. */
export type SnapshotPartition = TableName & {
  readonly parent: TableName;
  /** `FOR VALUES …` or `DEFAULT`. */
  readonly bound: string;
  /** `RANGE (…)` when it is itself partitioned. */
  readonly partitionedBy: string | null;
};

/** What a snapshot directory holds. Written last: a directory without it is no snapshot. */
export type SnapshotManifest = {
  readonly format: "fintrack-snapshot/1";
  /** Of the transaction that everything was read in; ISO 8601, UTC. */
  readonly takenAt: string;
  readonly serverVersion: string;
  readonly migrations: AppliedMigrations;
  /** In an order in which every row finds what it refers to. */
  readonly tables: readonly SnapshotTable[];
  /** Parents first. */
  readonly partitions: readonly SnapshotPartition[];
  readonly sequences: readonly SnapshotSequence[];
};

/** A snapshot cannot be taken, read or restored. The message is meant for the person at the terminal. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
}

export const manifestFile = "manifest.json";

/** Throws {@link SnapshotError} when the directory holds no complete snapshot of a format that we know. */
export function readManifest(directory: string): SnapshotManifest {
  const path = join(directory, manifestFile);
  try {
    return parseManifest(readFileSync(path, "utf8"), path);
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    throw new SnapshotError(`${directory} is no complete snapshot: ${path} is missing or damaged.`);
  }
}

/** `path`: what the manifest is called to whoever reads the error. Throws {@link SnapshotError} or a SyntaxError. */
export function parseManifest(text: string, path: string): SnapshotManifest {
  const manifest: unknown = JSON.parse(text);
  if (isRecord(manifest) && typeof manifest["format"] === "string" && !isKnown(manifest["format"]))
    throw new SnapshotError(
      `${path} has the format ${manifest["format"]}, which this release does not know.`,
    );
  if (!isManifest(manifest)) throw new SnapshotError(`${path} is damaged.`);
  return manifest;
}

const isKnown = (format: string) => format === "fintrack-snapshot/1";

type Check = (value: unknown) => boolean;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text: Check = (value) => typeof value === "string";
const count: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const record =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(checks).every(([key, check]) => check(value[key]));

const name = { schema: text, table: text };
const conforms = record({
  takenAt: text,
  serverVersion: text,
  migrations: (value) =>
    isRecord(value) &&
    Object.values(value).every(listOf(record({ hash: text, when: Number.isSafeInteger }))),
  tables: listOf(
    record({
      ...name,
      columns: listOf(text),
      // A plain name: a manifest must not lead us out of its directory.
      file: matches(/^[\w%-][\w.%-]*$/),
      rows: count,
      sizeBytes: count,
      sha256: matches(/^[0-9a-f]{64}$/),
    }),
  ),
  partitions: listOf(
    record({
      ...name,
      parent: record(name),
      bound: text,
      partitionedBy: (value) => value === null || text(value),
    }),
  ),
  sequences: listOf(
    record({
      schema: text,
      sequence: text,
      lastValue: matches(/^-?\d{1,19}$/),
      isCalled: (value) => typeof value === "boolean",
    }),
  ),
});
const isManifest = (value: unknown): value is SnapshotManifest => conforms(value);
