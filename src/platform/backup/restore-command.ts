import type { Command } from "../module.ts";
import { openLocalFile } from "./local-file.ts";
import { readIdentity } from "./open-backup.ts";
import { readRestoreArguments } from "./restore-arguments.ts";
import { type RestoreDeps, restoreBackup } from "./restore-backup.ts";
import type { BackupStore } from "./store.ts";

const usage =
  "restore <file> [--to <url>] [--log-to <url>] [--identity <file>]  fill an empty database from a backup, and check it";

export const restoreCommand = (options: {
  /** Null = this process may not: the owners' addresses are missing. */
  readonly deps: RestoreDeps | null;
  readonly store: BackupStore;
}): Command => ({
  name: "restore",
  usage,
  beforeMigrations: true,
  async run(_ctx, args, print) {
    const { backup, identity } = readRestoreArguments(args);
    if (backup === undefined || options.deps === null) {
      print(`usage: ${usage}`);
      return 2;
    }
    const file = openLocalFile(backup) ?? options.store.open(backup);
    const secret = identity === null ? null : readIdentity(identity);
    await restoreBackup(options.deps, file, secret, (what, found) => print(`${what}: ${found}`));
    print(`restored ${file.name}`);
    return 0;
  },
});
