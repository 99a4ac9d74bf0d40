import type { Job } from "../jobs/jobs.ts";
import { pauseRestoredJobs } from "../jobs/restored-jobs.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Command } from "../module.ts";
import type { ConnectionSettings } from "./connection.ts";
import type { DatabaseLayout } from "./layout.ts";
import { migrateToSnapshot } from "./migrate-to-snapshot.ts";
import type { OwnerConnection } from "./owner-connection.ts";
import { restoreSnapshot } from "./restore.ts";
import { takeSnapshot } from "./snapshot.ts";

export type SnapshotCommandDeps = {
  /** MainDB's owner; null = this process may not read or make everything. */
  readonly owner: ConnectionSettings | null;
  readonly layout: DatabaseLayout;
  readonly migrateLibraries: (owner: OwnerConnection) => Promise<void>;
  readonly migrateAll: () => Promise<void>;
  readonly queues: () => readonly Job[];
  readonly clock: Clock;
};

/** A copy of MainDB at one moment, and the way back from it. */
export function createSnapshotCommands(deps: SnapshotCommandDeps): readonly Command[] {
  const needsOwner = "the owner's address is needed: set DATABASE_MIGRATE_URL";
  return [
    {
      name: "db:snapshot",
      usage: "db:snapshot <directory>  copy MainDB, as it is at this moment, into a new directory",
      async run(_ctx, [directory], print) {
        if (directory === undefined || deps.owner === null) {
          print(directory === undefined ? "usage: db:snapshot <directory>" : needsOwner);
          return 2;
        }
        const { tables } = await takeSnapshot(deps.owner, directory);
        const rows = tables.reduce((sum, table) => sum + table.rows, 0);
        print(`${directory}: ${tables.length} tables, ${rows} rows`);
        return 0;
      },
    },
    {
      name: "db:restore",
      usage:
        "db:restore <directory>  fill an empty MainDB from a snapshot; its jobs wait for jobs:resume",
      beforeMigrations: true,
      async run(_ctx, [directory], print) {
        const { owner, layout, migrateLibraries } = deps;
        if (directory === undefined || owner === null) {
          print(directory === undefined ? "usage: db:restore <directory>" : needsOwner);
          return 2;
        }
        const { tables } = await restoreSnapshot(directory, owner, {
          migrateTo: migrateToSnapshot({ connection: owner, layout, migrateLibraries }),
          afterLoad: (transaction) =>
            pauseRestoredJobs(transaction, deps.queues(), deps.clock.now()),
        });
        await deps.migrateAll();
        const rows = tables.reduce((sum, table) => sum + table.rows, 0);
        print(`restored ${tables.length} tables, ${rows} rows; jobs are paused until: jobs:resume`);
        return 0;
      },
    },
  ];
}
