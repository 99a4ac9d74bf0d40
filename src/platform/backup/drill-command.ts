import { UsageError } from "../command-line.ts";
import type { Database } from "../db/database.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Command, CommandLine } from "../module.ts";
import { recordFailure, recordSuccess } from "./backup-state.ts";
import { BackupError } from "./errors.ts";
import { openLocalFile } from "./local-file.ts";
import { readIdentity } from "./open-backup.ts";
import { type RestoreArguments, readRestoreArguments } from "./restore-arguments.ts";
import { type RestoreDeps, restoreBackup } from "./restore-backup.ts";
import type { BackupFile, BackupStore } from "./store.ts";

/** Databases that nobody else uses and nobody misses. */
export type Scratch = { readonly deps: RestoreDeps; close(): Promise<void> };

export const drillLine: CommandLine = {
  name: "backup:drill",
  usage:
    "backup:drill [<file>] [--identity <file>] [--to <url> --log-to <url>]  restore the newest backup into databases of its own, or these empty ones, check them, and note that it passed",
  words: [0, 1],
  options: ["--identity", "--to", "--log-to"],
};
export const drilledLine: CommandLine = {
  name: "backup:drilled",
  usage: "backup:drilled <name>  note that a drill of this backup has passed on another machine",
  words: [1, 1],
};

/** A drill elsewhere has other keys, and no way to these databases: whoever saw it pass says so here. */
export const drilledCommand = (options: {
  readonly store: Pick<BackupStore, "list">;
  readonly db: Pick<Database, "writeOne">;
  readonly clock: Clock;
}): Command => ({
  ...drilledLine,
  async run(ctx, [name = ""], print) {
    const { store, db, clock } = options;
    const found = (await store.list()).find((one) => one.name === name);
    if (!found) throw new BackupError(`There is no backup ${name} here.`);
    const { sizeBytes } = found;
    await recordSuccess(db, ctx, "drill", { at: clock.now(), name, sizeBytes, durationMs: null });
    print(`noted: ${name} was restored elsewhere`);
    return 0;
  },
});

export const drillCommand = (options: {
  readonly store: BackupStore;
  readonly openScratch: (at: Pick<RestoreArguments, "to" | "logTo">) => Promise<Scratch>;
  readonly db: Pick<Database, "writeOne">;
  readonly clock: Clock;
}): Command => ({
  ...drillLine,
  async run(ctx, args, print, terminal) {
    const { store, db, clock } = options;
    const { backup, identity, to, logTo } = readRestoreArguments(args);
    if ((to === null) !== (logTo === null))
      throw new UsageError(
        "A drill needs both databases, or makes its own: --to goes with --log-to.",
      );
    const startedMs = performance.now();
    try {
      const [file, sizeBytes] = await find(store, backup);
      print(`ok   backup: ${file.name}`);
      const secret = identity === null ? null : await readIdentity(identity, terminal);
      const scratch = await options.openScratch({ to, logTo });
      try {
        await restoreBackup(scratch.deps, file, secret, (what, found) =>
          print(`ok   ${what}: ${found}`),
        );
      } finally {
        await scratch.close();
      }
      const durationMs = performance.now() - startedMs;
      const at = clock.now();
      await recordSuccess(db, ctx, "drill", { at, name: file.name, sizeBytes, durationMs });
      print(
        `passed in ${(durationMs / 1000).toFixed(1)} s; on another machine than the installation, tell that one: backup:drilled ${file.name}`,
      );
      return 0;
    } catch (error) {
      await recordFailure(db, ctx, "drill", clock.now()).catch(() => {});
      print(`FAILED: ${error instanceof Error ? error.message : "an unknown failure"}`);
      return 1;
    }
  },
});

async function find(
  store: BackupStore,
  name: string | undefined,
): Promise<readonly [BackupFile, number]> {
  const local = name === undefined ? null : openLocalFile(name);
  if (local) return [local, local.sizeBytes];
  const all = await store.list();
  const found = name === undefined ? all[0] : all.find((one) => one.name === name);
  if (!found)
    throw new BackupError(
      name === undefined ? "There is no backup." : `There is no backup ${name}.`,
    );
  return [store.open(found.name), found.sizeBytes];
}
