import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../kernel/clock.ts";
import type { RequestContext } from "../kernel/context.ts";
import { epochMs } from "../kernel/time.ts";
import type { Command, CommandLine } from "../module.ts";
import { nextDue } from "./due.ts";
import { BackupError } from "./errors.ts";
import { type BackupDeps, isBackupDue, makeBackup } from "./make-backup.ts";
import { sizeText } from "./size-text.ts";

/** Clocks are set and machines sleep: looked at again after so long at the latest. */
const maxSleepMs = 60_000;

const backupLine: CommandLine = {
  name: "backup",
  usage: "backup  make a backup of MainDB, and delete those that are kept no longer",
  needsLog: ({ backup }) => backup.logDatabase,
};
/** Waits for LogDB as for everything else. */
const scheduleLine: CommandLine = {
  name: "backup:schedule",
  usage: "backup:schedule  make a backup each day at BACKUP_TIME, until it is stopped",
};
export const backupCommandLines: readonly CommandLine[] = [backupLine, scheduleLine];

export function createBackupCommands(deps: BackupDeps): readonly Command[] {
  const { clock, config } = deps;
  async function make(
    ctx: RequestContext,
    print: (line: string) => void,
    ending: AbortSignal,
  ): Promise<number> {
    const made = await makeBackup(deps, ctx, ending);
    if (!made) {
      print("another process is making a backup");
      return 1;
    }
    const { name, sizeBytes, tables, rows, durationMs, expired } = made;
    print(
      `${name}: ${tables} tables, ${rows} rows, ${sizeText(sizeBytes)}, ${(durationMs / 1000).toFixed(1)} s` +
        (config.recipients.length > 0 ? "" : "; NOT ENCRYPTED (BACKUP_RECIPIENTS)"),
    );
    for (const old of expired) print(`deleted ${old.name}`);
    return 0;
  }
  return [
    {
      ...backupLine,
      run: (ctx, _args, print) => make(ctx, print, toldToEnd()),
    },
    {
      ...scheduleLine,
      async run(ctx, _args, print) {
        const ending = toldToEnd();
        while (!ending.aborted)
          try {
            if (await isBackupDue(deps)) await make(ctx, print, ending);
            await sleep(sleepMs(deps.clock, deps.config), undefined, { signal: ending });
          } catch (error) {
            if (ending.aborted) break;
            print(`no backup: ${error instanceof Error ? error.message : "an unknown failure"}`);
            await sleep(maxSleepMs, undefined, { signal: ending }).catch(() => {});
          }
        print(`stopped at ${clock.now()}`);
        return 0;
      },
    },
  ];
}

/** What is half done is then given up: nothing of it stays. */
function toldToEnd(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () =>
      ending.abort(new BackupError("No backup was made: it was stopped.")),
    );
  return ending.signal;
}

const sleepMs = (clock: Clock, { daily }: BackupDeps["config"]): number => {
  const now = clock.now();
  return Math.min(maxSleepMs, epochMs(nextDue(daily, now)) - epochMs(now));
};
