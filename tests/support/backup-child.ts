/**
 * `bun tests/support/backup-child.ts <directory> <address of MainDB>`: makes one backup after the other, and says "begun"
 * before each. Killed by tests.
 */
import { openBackupStore } from "#platform/backup/open-store";
import { takeBackup } from "#platform/backup/take-backup";
import { parseConnection } from "#platform/db/connection";
import { instantAt } from "#platform/kernel/time";
import { systemIds } from "#platform/system";

const [directory = "", address = ""] = Bun.argv.slice(2);
const store = openBackupStore({
  config: { directory, s3Bucket: null },
  ...{ s3: null, ids: systemIds, logger: { warn() {} } },
});
for (;;) {
  console.log("begun");
  const contents = { main: parseConnection(address), log: null, objects: null };
  const signal = new AbortController().signal;
  await takeBackup(contents, { store, recipients: [], now: instantAt(Date.now()), signal });
}
