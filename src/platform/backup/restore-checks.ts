import { systemContext } from "../kernel/context.ts";
import type { Ids } from "../kernel/ids.ts";
import type { Command } from "../module.ts";
import { openTerminal } from "../terminal.ts";
import { BackupError } from "./errors.ts";
import type { RestoreDeps } from "./restore-backup.ts";

/** What says of databases, wherever they come from, whether they are sound. */
const checking = ["ledger:verify"];

/** These commands, run on what was restored; one that ends with another code than 0 fails the restore. */
export const restoreChecks = (commands: readonly Command[], ids: Ids): RestoreDeps["checks"] =>
  commands
    .filter(({ name }) => checking.includes(name))
    .map(({ name, run }) => ({
      name,
      async run() {
        const lines: string[] = [];
        const terminal = openTerminal({ input: process.stdin, output: process.stderr });
        const ctx = systemContext(`command:${name}`, ids.next());
        try {
          const code = await run(ctx, [], (line) => void lines.push(line), terminal);
          if (code !== 0) throw new BackupError(`${name} found: ${lines.slice(0, 5).join("; ")}`);
          return lines.at(-1) ?? "";
        } finally {
          terminal.close();
        }
      },
    }));
