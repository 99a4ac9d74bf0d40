import { encryptStream } from "../age/streams.ts";
import type { ConnectionSettings } from "../db/connection.ts";
import { streamSnapshot } from "../db/snapshot.ts";
import type { SnapshotManifest } from "../db/snapshot-manifest.ts";
import { epochMs, type Instant } from "../kernel/time.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { type ArchiveWriter, backupFormat, createArchiveWriter, summaryFile } from "./archive.ts";
import { archiveObjects } from "./archive-objects.ts";
import { compressed } from "./compression.ts";
import { openPipe } from "./pipe.ts";
import type { BackupStore, KeptBackup } from "./store.ts";

export type BackupContents = {
  /** MainDB, as a role that may read everything. */
  readonly main: ConnectionSettings;
  /** Null = without LogDB. */
  readonly log: ConnectionSettings | null;
  /** Files that users keep; null = without them. Never the volatile ones. */
  readonly objects: ObjectStore | null;
};

export type TakenBackup = KeptBackup & {
  readonly sha256: string;
  readonly tables: number;
  readonly rows: number;
};

/**
 * One file in the store, whole or not at all: read from the databases, archived, compressed and encrypted as it flows,
 * so that nothing lies anywhere in clear and nothing is held beyond some pieces. `recipients` empty = not encrypted.
 * `now` names the file. Throws what the database or the store throws; nothing of it is in the store then.
 */
export async function takeBackup(
  contents: BackupContents,
  options: {
    readonly store: BackupStore;
    readonly recipients: readonly string[];
    readonly now: Instant;
    readonly signal: AbortSignal;
  },
): Promise<TakenBackup> {
  const { store, recipients, now, signal } = options;
  const pipe = openPipe();
  const archive = createArchiveWriter(
    async (chunk) => {
      signal.throwIfAborted();
      await pipe.write(chunk);
    },
    Math.floor(epochMs(now) / 1000),
  );
  const archived = archiveAll(contents, archive).then(
    (taken) => {
      pipe.end();
      return taken;
    },
    (error: unknown) => {
      pipe.fail(error);
      return null;
    },
  );
  const packed = compressed(pipe.chunks);
  const content = recipients.length > 0 ? encryptStream(packed, recipients) : packed;
  try {
    const holds = {
      log: contents.log !== null,
      objects: contents.objects !== null,
      isEncrypted: recipients.length > 0,
    };
    const kept = await store.put(now, holds, content);
    const snapshots = (await archived) ?? [];
    const tables = snapshots.flatMap((snapshot) => snapshot.tables);
    return {
      ...kept,
      tables: tables.length,
      rows: tables.reduce((sum, table) => sum + table.rows, 0),
    };
  } finally {
    // A store that failed reads no further: the transactions must not wait for it.
    await pipe.chunks.return?.();
    await archived;
  }
}

async function archiveAll(
  { main, log, objects }: BackupContents,
  archive: ArchiveWriter,
): Promise<readonly SnapshotManifest[]> {
  const snapshots = [await streamSnapshot(main, archive.sink("main"))];
  // After MainDB: it then tells of all that the copy of MainDB holds, as far as it was told itself.
  if (log) snapshots.push(await streamSnapshot(log, archive.sink("log")));
  // What was stored meanwhile belongs to no row and does no harm; what was deleted meanwhile is missing.
  const count = objects ? await archiveObjects(objects, archive) : null;
  await archive.json(summaryFile, {
    format: backupFormat,
    takenAt: snapshots[0]?.takenAt,
    log: log !== null,
    objects: count,
  });
  await archive.end();
  return snapshots;
}
