import { join } from "node:path";
import type { Job } from "../jobs/jobs.ts";
import { pauseRestoredJobs } from "../jobs/restored-jobs.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Command, CommandLine } from "../module.ts";
import type { ConnectionSettings } from "./connection.ts";
import type { DatabaseLayout } from "./layout.ts";
import { migrateToSnapshot } from "./migrate-to-snapshot.ts";
import type { OwnerConnection } from "./owner-connection.ts";
import { restoreSnapshot } from "./restore.ts";
import { takeSnapshot } from "./snapshot.ts";
import { readManifest, type SnapshotManifest } from "./snapshot-manifest.ts";

export type SnapshotDatabase = {
  /** Null = this process may not read or make everything. */
  readonly owner: ConnectionSettings | null;
  readonly layout: DatabaseLayout;
};

export type SnapshotCommandDeps = {
  readonly main: SnapshotDatabase;
  readonly log: SnapshotDatabase;
  readonly migrateLibraries: (owner: OwnerConnection) => Promise<void>;
  readonly migrateAll: () => Promise<void>;
  readonly queues: () => readonly Job[];
  readonly clock: Clock;
};

/** Each database has a directory of its own in that of the snapshot. */
export const snapshotDirectories = (directory: string) => ({
  main: join(directory, "main"),
  log: join(directory, "log"),
});

const snapshotLine: CommandLine = {
  name: "db:snapshot",
  usage: "db:snapshot <directory>  copy both databases, as they are, into a new directory",
  words: [1, 1],
  needsLog: () => true,
};
const restoreLine: CommandLine = {
  name: "db:restore",
  usage:
    "db:restore <directory>  fill empty databases from a snapshot; its jobs wait for jobs:resume",
  words: [1, 1],
  needsLog: () => true,
  beforeMigrations: true,
};
export const snapshotCommandLines: readonly CommandLine[] = [snapshotLine, restoreLine];

/** A copy of both databases, and the way back from it. */
export function createSnapshotCommands(deps: SnapshotCommandDeps): readonly Command[] {
  const needsOwners =
    "the owners' addresses are needed: set DATABASE_MIGRATE_URL and LOG_DATABASE_MIGRATE_URL";
  return [
    {
      ...snapshotLine,
      async run(_ctx, [directory = ""], print) {
        const [main, log] = [deps.main.owner, deps.log.owner];
        if (main === null || log === null) {
          print(needsOwners);
          return 2;
        }
        const places = snapshotDirectories(directory);
        // LogDB last: it then tells of all that the copy of MainDB holds, as far as it was told itself.
        const taken = [await takeSnapshot(main, places.main), await takeSnapshot(log, places.log)];
        print(`${directory}: ${sizeOf(taken)}`);
        return 0;
      },
    },
    {
      ...restoreLine,
      async run(_ctx, [directory = ""], print) {
        const [main, log] = [deps.main.owner, deps.log.owner];
        if (main === null || log === null) {
          print(needsOwners);
          return 2;
        }
        const restored = await restoreBoth(deps, { main, log }, directory);
        await deps.migrateAll();
        print(`restored ${sizeOf(restored)}; jobs are paused until: jobs:resume`);
        return 0;
      },
    },
  ];
}

/** Both or neither: LogDB is loaded first, and waits in its transaction until MainDB is. */
async function restoreBoth(
  deps: SnapshotCommandDeps,
  owners: { readonly main: ConnectionSettings; readonly log: ConnectionSettings },
  directory: string,
): Promise<readonly SnapshotManifest[]> {
  const { migrateLibraries } = deps;
  const places = snapshotDirectories(directory);
  const restoreMain = () =>
    restoreSnapshot(places.main, owners.main, {
      migrateTo: migrateToSnapshot({
        connection: owners.main,
        layout: deps.main.layout,
        migrateLibraries,
      }),
      afterLoad: (transaction) => pauseRestoredJobs(transaction, deps.queues(), deps.clock.now()),
    });
  const log = await restoreSnapshot(places.log, owners.log, {
    migrateTo: migrateToSnapshot({ connection: owners.log, layout: deps.log.layout }),
    async afterLoad() {
      await restoreMain();
    },
  });
  return [readManifest(places.main), log];
}

function sizeOf(snapshots: readonly SnapshotManifest[]): string {
  const tables = snapshots.flatMap((snapshot) => snapshot.tables);
  return `${tables.length} tables, ${tables.reduce((sum, table) => sum + table.rows, 0)} rows`;
}
