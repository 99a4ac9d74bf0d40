import { ofCopy } from "../audit/commands.ts";
import { systemContext } from "../kernel/context.ts";
import type { Ids } from "../kernel/ids.ts";
import type { Command } from "../module.ts";
import { openTerminal } from "../terminal.ts";
import { BackupError } from "./errors.ts";
import type { RestoreDeps } from "./restore-backup.ts";

/** Commands that say of databases, wherever they come from, whether they are sound: with which codes they do. */
const soundCodes = {
  "ledger:verify": [0],
  // 2 = consistent; whose signatures they are is not for a restore to say.
  "audit:verify": [0, 2],
} as const;
/** No relay has gone on with what is in a backup. */
const checkArguments = { "ledger:verify": [], "audit:verify": ofCopy } as const;
export type CheckingCommand = keyof typeof soundCodes;

type Given = { readonly commands: readonly Command[]; readonly ids: Ids };

/** These commands, run on what was restored; one that finds something wrong fails the restore. */
export const restoreChecks = (
  given: Given,
  names: readonly CheckingCommand[],
): RestoreDeps["checks"] =>
  names.map((name) => ({
    name,
    async run() {
      const { code, lines } = await runQuietly(given, name, checkArguments[name]);
      const sound: readonly number[] = soundCodes[name];
      if (!sound.includes(code))
        throw new BackupError(`${name} found: ${lines.slice(0, 5).join("; ")}`);
      return lines[0] ?? "";
    },
  }));

/** Lets the audit trail go on behind what it tells already; writes down, signed, why it could not by itself. */
export const resumeAudit =
  (given: Given): RestoreDeps["resumeAudit"] =>
  async () => {
    const { code, lines } = await runQuietly(given, "audit:resume");
    if (code !== 0) throw new BackupError(`audit:resume said: ${lines.join("; ")}`);
    return lines.join("; ");
  };

async function runQuietly({ commands, ids }: Given, name: string, args: readonly string[] = []) {
  const command = commands.find((one) => one.name === name);
  if (!command) throw new Error(`no command is named ${name}`);
  const lines: string[] = [];
  const terminal = openTerminal({ input: process.stdin, output: process.stderr });
  try {
    const ctx = systemContext(`command:${name}`, ids.next());
    const code = await command.run(ctx, args, (line) => void lines.push(line), terminal);
    return { code, lines };
  } finally {
    terminal.close();
  }
}
