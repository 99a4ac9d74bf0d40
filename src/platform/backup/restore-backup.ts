import { drizzle } from "drizzle-orm/postgres-js";
import type { ConnectionSettings } from "../db/connection.ts";
import type { Tx } from "../db/database.ts";
import type { DatabaseLayout, RoleNames } from "../db/layout.ts";
import { migrate } from "../db/migrate.ts";
import { migrateToSnapshot } from "../db/migrate-to-snapshot.ts";
import type { OwnerConnection } from "../db/owner-connection.ts";
import { restoreFrom } from "../db/restore.ts";
import { readTables } from "../db/snapshot-catalog.ts";
import type { SnapshotManifest } from "../db/snapshot-manifest.ts";
import { withSessions } from "../db/snapshot-session.ts";
import type { Job } from "../jobs/jobs.ts";
import { pauseRestoredJobs } from "../jobs/restored-jobs.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Instant } from "../kernel/time.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { openBackupSource } from "./backup-source.ts";
import { type OpenBackup, openBackup } from "./open-backup.ts";
import { restoreObjects } from "./restore-objects.ts";
import type { BackupFile } from "./store.ts";
import { type VerifiedBackup, verifyBackup, verifyChecksum } from "./verify-backup.ts";

export type RestoredDatabase = {
  /** The owner of an empty database. */
  readonly owner: ConnectionSettings;
  readonly roles: RoleNames;
  readonly layout: DatabaseLayout;
};

export type RestoreDeps = {
  readonly main: RestoredDatabase;
  /** Null = LogDB is left alone. */
  readonly log: RestoredDatabase | null;
  /** Where stored files go. */
  readonly objects: ObjectStore;
  /** What that place is called. */
  readonly objectsPlace: string;
  readonly queues: () => readonly Job[];
  readonly migrateLibraries: (appRole: string | null) => (owner: OwnerConnection) => Promise<void>;
  /** Ends what must not come back: sessions and tokens that may have been revoked since. */
  readonly onRestore: (tx: Tx, now: Instant) => Promise<void>;
  /** Looks into the restored databases as their owner; gives what it found, throws what is wrong. */
  readonly checks: readonly { readonly name: string; run(): Promise<string> }[];
  /** Lets the audit trail go on; null = the relay's addresses of these databases are not known here. */
  readonly resumeAudit: (() => Promise<string>) | null;
  readonly clock: Clock;
};

/** Called once for each thing that was done and found right. */
export type Report = (what: string, found: string) => void;

const nobody: RoleNames = { app: null, reader: null, relay: null };

/**
 * Fills empty databases from a backup. All of it is read and compared before anything is written; nobody but the owner
 * may enter before everything was checked. Throws {@link BackupError} and SnapshotError; after the load has failed the
 * databases are empty again, after a check has failed they are closed to everybody but their owner.
 */
export async function restoreBackup(
  deps: RestoreDeps,
  file: BackupFile,
  identity: string | null,
  report: Report,
): Promise<VerifiedBackup> {
  const { main, clock } = deps;
  const backup = openBackup(file, identity);
  report(
    "checksum",
    (await verifyChecksum(file)) ? `${file.name} is whole` : "none beside the file",
  );
  const verified = await verifyBackup(backup);
  report("contents", `${sizeOf(verified)}, as of ${verified.summary.takenAt}`);

  const log = deps.log && verified.log && (await isEmpty(deps.log.owner)) ? deps.log : null;
  await loadBoth(deps, backup, verified, log);
  report("rows", `every table of MainDB${log ? " and LogDB" : ""} has as many as it had`);
  if (!log) report("LogDB", logLeftAlone(deps, verified));

  await migrateOn(deps, main, nobody);
  await withSessions(main.owner, 1, (owner) =>
    drizzle(owner).transaction((tx) => deps.onRestore(tx as unknown as Tx, clock.now())),
  );
  report("sessions", "all sessions, reset links and shared links are ended");
  if (verified.summary.objects !== null) {
    const restored = await restoreObjects(backup, deps.objects);
    report("files", `${restored} are back in ${deps.objectsPlace}`);
  }
  if (deps.log) {
    const { owner, layout, roles } = deps.log;
    await migrate({ connection: owner, layout, roles });
  }
  for (const check of deps.checks) report(check.name, await check.run());

  await migrateOn(deps, main, main.roles);
  report(
    "audit trail",
    deps.resumeAudit
      ? await deps.resumeAudit()
      : "run audit:resume, with the addresses of these databases, before a server",
  );
  report("jobs", "are paused until: jobs:resume");
  return verified;
}

const migrateOn = (deps: RestoreDeps, { owner, layout }: RestoredDatabase, roles: RoleNames) =>
  migrate({
    ...{ connection: owner, layout, roles },
    migrateLibraries: deps.migrateLibraries(roles.app),
  });

/** Both or neither: LogDB is loaded first, and waits in its transaction until MainDB is. */
async function loadBoth(
  deps: RestoreDeps,
  backup: OpenBackup,
  verified: VerifiedBackup,
  log: RestoredDatabase | null,
): Promise<void> {
  const { main, queues, clock } = deps;
  const load = async (
    directory: "main" | "log",
    manifest: SnapshotManifest,
    { owner, layout }: RestoredDatabase,
    afterLoad: Parameters<typeof restoreFrom>[2]["afterLoad"],
  ) => {
    const source = openBackupSource(backup, directory, manifest);
    const libraries =
      directory === "main" ? { migrateLibraries: deps.migrateLibraries(null) } : undefined;
    const migrateTo = migrateToSnapshot({ connection: owner, layout, ...libraries });
    try {
      await restoreFrom(source, owner, { migrateTo, ...(afterLoad && { afterLoad }) });
    } finally {
      await source.close();
    }
  };
  const loadMain = () =>
    load("main", verified.main, main, (transaction) =>
      pauseRestoredJobs(transaction, queues(), clock.now()),
    );
  if (log && verified.log) await load("log", verified.log, log, loadMain);
  else await loadMain();
}

const isEmpty = (owner: ConnectionSettings): Promise<boolean> =>
  withSessions(owner, 1, async (sql) => (await readTables(sql)).length === 0);

const logLeftAlone = (deps: RestoreDeps, { log }: VerifiedBackup): string =>
  log === null
    ? "is not in the backup; what is there stays"
    : deps.log === null
      ? "was not asked for (--log-to)"
      : "has a trail already, which stays: it knows more than the backup";

function sizeOf({ main, log, summary }: VerifiedBackup): string {
  const tables = [...main.tables, ...(log?.tables ?? [])];
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const files = summary.objects === null ? "" : `, ${summary.objects} files`;
  return `${tables.length} tables, ${rows} rows${files}`;
}
