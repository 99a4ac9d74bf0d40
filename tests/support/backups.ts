import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newIdentity } from "#platform/age/identities";
import { createArchiveWriter } from "#platform/backup/archive";
import { compressed } from "#platform/backup/compression";
import { openBackupStore } from "#platform/backup/open-store";
import { openPipe } from "#platform/backup/pipe";
import type { RestoreDeps } from "#platform/backup/restore-backup";
import type { BackupStore } from "#platform/backup/store";
import { takeBackup } from "#platform/backup/take-backup";
import { parseConnection } from "#platform/db/connection";
import { logLayout, mainLayout } from "#platform/db/layout";
import type { SnapshotManifest } from "#platform/db/snapshot-manifest";
import { migrateJobs } from "#platform/jobs/migrate-jobs";
import { systemClock } from "#platform/kernel/clock";
import { type Instant, instantAt } from "#platform/kernel/time";
import type { ObjectStore } from "#platform/storage/object-store";
import { systemIds } from "#platform/system";
import { openDiskStore } from "./disk-store.ts";
import { moduleSchemas } from "./module-schemas.ts";
import type { TestDatabases } from "./test-app.ts";
import { testRoleNames as roles } from "./test-templates.ts";

export type BackupPlace = {
  readonly directory: string;
  readonly store: BackupStore;
  readonly identity: string;
  readonly recipient: string;
  remove(): void;
};

/** An empty directory for backups, and a pair of keys for them. */
export async function openBackupPlace(): Promise<BackupPlace> {
  const directory = mkdtempSync(join(tmpdir(), "ft-backups-"));
  const store = openBackupStore({
    config: { directory, s3Bucket: null },
    ...{ s3: null, ids: systemIds, logger: { warn() {} } },
  });
  const keys = await newIdentity();
  return {
    ...{ directory, store, ...keys },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Milliseconds on: two backups of a test never have one name. */
let taken = Date.parse("2026-11-23T03:00:00.000Z");
export const nextMoment = (): Instant => instantAt(taken++);

/** A backup as the application's role makes it. `to`: recipients. */
export const takeTestBackup = (
  databases: Pick<TestDatabases, "main"> & Partial<TestDatabases>,
  place: Pick<BackupPlace, "store">,
  options: {
    readonly to?: readonly string[];
    readonly objects?: ObjectStore;
    readonly signal?: AbortSignal;
  } = {},
) =>
  takeBackup(
    {
      main: parseConnection(databases.main.appUrl),
      log: databases.log ? parseConnection(databases.log.appUrl) : null,
      objects: options.objects ?? null,
    },
    {
      store: place.store,
      recipients: options.to ?? [],
      now: nextMoment(),
      signal: options.signal ?? new AbortController().signal,
    },
  );

/** A restore into these databases that ends no sessions and checks nothing, unless it is told to. */
export function restoreDepsOf(
  databases: TestDatabases,
  more: Partial<RestoreDeps> = {},
): RestoreDeps {
  return {
    main: {
      ...{ owner: parseConnection(databases.main.ownerUrl), roles },
      layout: mainLayout(moduleSchemas),
    },
    log: { owner: parseConnection(databases.log.ownerUrl), roles, layout: logLayout },
    ...{ objects: openDiskStore(), objectsPlace: "a directory" },
    queues: () => [],
    migrateLibraries: (appRole) => (owner) => migrateJobs(owner, [], appRole),
    onRestore: async () => {},
    checks: [],
    resumeAudit: null,
    clock: systemClock,
    ...more,
  };
}

/** A backup of an older release, made from the directory of a snapshot that was kept. */
export async function backupOfDump(directory: string, place: BackupPlace): Promise<string> {
  const pipe = openPipe();
  const archive = createArchiveWriter(pipe.write, 0);
  const writing = (async () => {
    for (const part of ["main", "log"] as const) {
      const from = join(directory, part);
      const manifest: SnapshotManifest = JSON.parse(
        readFileSync(join(from, "manifest.json"), "utf8"),
      );
      const sink = archive.sink(part);
      for (const { file } of manifest.tables)
        await sink.file(file, (write) => write(readFileSync(join(from, file))));
      await sink.finish(manifest);
    }
    await archive.json("backup.json", {
      ...{ format: "fintrack-backup/1", takenAt: "2026-01-01T00:00:00.000Z" },
      ...{ log: true, objects: null },
    });
    await archive.end();
    pipe.end();
  })();
  const { name } = await place.store.put(
    nextMoment(),
    { log: true, objects: false, isEncrypted: false },
    compressed(pipe.chunks),
  );
  await writing;
  return name;
}
