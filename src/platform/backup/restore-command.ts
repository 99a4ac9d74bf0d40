import { UsageError } from "../command-line.ts";
import type { Command, CommandLine } from "../module.ts";
import { BackupError } from "./errors.ts";
import { openLocalFile } from "./local-file.ts";
import { readIdentity } from "./open-backup.ts";
import { readRestoreArguments } from "./restore-arguments.ts";
import { type RestoreDeps, restoreBackup } from "./restore-backup.ts";
import type { BackupStore } from "./store.ts";

export const restoreLine: CommandLine = {
  name: "restore",
  usage:
    "restore <file> [--to <url>] [--log-to <url>] [--identity <file>]  fill an empty database from a backup, and check it",
  words: [1, 1],
  options: ["--to", "--log-to", "--identity"],
  needsLog: () => true,
  beforeMigrations: true,
};

export const restoreCommand = (options: {
  /** Null = this process may not: the owners' addresses are missing. */
  readonly deps: RestoreDeps | null;
  readonly store: BackupStore;
}): Command => ({
  ...restoreLine,
  async run(_ctx, args, print, terminal) {
    const { backup, identity } = readRestoreArguments(args);
    if (backup === undefined) throw new UsageError("Which backup?");
    if (options.deps === null) throw new BackupError("The owners' addresses are missing.");
    const file = openLocalFile(backup) ?? options.store.open(backup);
    const secret = identity === null ? null : await readIdentity(identity, terminal);
    await restoreBackup(options.deps, file, secret, (what, found) => print(`${what}: ${found}`));
    print(`restored ${file.name}`);
    return 0;
  },
});
