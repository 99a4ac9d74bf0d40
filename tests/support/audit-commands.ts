import { type AuditCommandDeps, createAuditCommands } from "#platform/audit/commands";
import { openDatabase } from "#platform/db/client";
import { systemClock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { systemIds } from "#platform/system";
import type { AuditInstallation } from "./audit-installation.ts";
import { createTypedTerminal } from "./typed-terminal.ts";

/** Runs `audit:verify` or `audit:resume` as a person does. Gives the exit code and what was printed. */
export async function runAuditCommand(
  installation: Pick<AuditInstallation, "at" | "keyring" | "relayConnections" | "dataDir">,
  [name, ...args]: readonly ["audit:verify" | "audit:resume", ...string[]],
  given: Partial<Pick<AuditCommandDeps, "connections" | "keyring" | "dataDir">> = {},
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const { keyring, dataDir, relayConnections: connections } = installation;
  const log = openDatabase({
    ...{ connection: installation.at("reader", "log"), poolSize: 2, processId: "command" },
    ...{ keyring, clock: systemClock },
  });
  try {
    const commands = createAuditCommands({
      ...{ log, connections, keyring, clock: systemClock, dataDir },
      ...given,
    });
    const command = commands.find((one) => one.name === name);
    if (!command) throw new Error(`no such command: ${name}`);
    const lines: string[] = [];
    const terminal = createTypedTerminal({ isInteractive: true });
    const ctx = systemContext(`command:${name}`, systemIds.next());
    const code = await command.run(ctx, args, (line) => void lines.push(line), terminal);
    return { code, lines };
  } finally {
    await log.close();
  }
}
