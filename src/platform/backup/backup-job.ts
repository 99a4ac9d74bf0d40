import type { Job } from "../jobs/jobs.ts";
import { type BackupDeps, isBackupDue, makeBackup } from "./make-backup.ts";

/**
 * Looks every five minutes whether the day's backup is missing: so it is made on time, after an outage as well, and one
 * that failed is tried again. For whoever has no process of its own for it (backup:schedule).
 */
export const backupJob = (deps: BackupDeps): Job => ({
  name: "platform.make_backup",
  cron: "*/5 * * * *",
  policy: "singleton",
  retryLimit: 0,
  retryDelaySeconds: 60,
  expireSeconds: 6 * 3_600,
  onRestore: "drop",
  async run(ctx, _payload, signal) {
    if (await isBackupDue(deps)) await makeBackup(deps, ctx, signal);
  },
});
