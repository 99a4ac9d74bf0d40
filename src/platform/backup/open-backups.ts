import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import type { Databases } from "../db/databases.ts";
import type { Job } from "../jobs/jobs.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Ids } from "../kernel/ids.ts";
import type { Logger } from "../observability/logger.ts";
import type { Storage } from "../storage/storage.ts";
import { backupJob } from "./backup-job.ts";
import type { BackupDeps } from "./make-backup.ts";
import { openBackupStore } from "./open-store.ts";

/** What backups are made from and where they are kept, as the configuration has it. */
export function openBackups(options: {
  readonly config: Pick<Config, "backup" | "databases" | "storage">;
  readonly databases: Databases;
  readonly storage: Pick<Storage, "objects">;
  readonly db: Pick<Database, "read" | "writeOne">;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly logger: Pick<Logger, "warn">;
}): BackupDeps & { readonly jobs: readonly Job[] } {
  const { config, databases, storage, db, ids, clock, logger } = options;
  const { backup } = config;
  const deps: BackupDeps = {
    ...{ db, clock, config: backup },
    contents: {
      main: databases.main.app,
      log: backup.logDatabase ? databases.log.app : null,
      objects: backup.objects ? storage.objects : null,
    },
    store: openBackupStore({ config: backup, s3: config.storage.s3, ids, logger }),
  };
  // Beside servers of their own a process of its own does it (backup:schedule): this one may not reach where they go.
  return { ...deps, jobs: config.databases === null ? [backupJob(deps)] : [] };
}
