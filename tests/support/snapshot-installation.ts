import { parseConnection } from "#platform/db/connection";
import { logLayout, mainLayout } from "#platform/db/layout";
import { migrate } from "#platform/db/migrate";
import { createSnapshotCommands } from "#platform/db/snapshot-commands";
import { migrateJobs } from "#platform/jobs/migrate-jobs";
import { systemClock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { systemIds } from "#platform/system";
import { moduleSchemas } from "./module-schemas.ts";
import type { TestDatabases } from "./test-app.ts";
import { cloneDatabase } from "./test-database.ts";
import { testRoleNames as roles } from "./test-templates.ts";
import { createTypedTerminal } from "./typed-terminal.ts";

/** Both databases as the launcher hands them to the first migration: empty. */
export async function blankDatabases(): Promise<TestDatabases> {
  const [main, log] = await Promise.all([cloneDatabase("blank"), cloneDatabase("blank")]);
  return { main, log };
}

/** Runs db:snapshot or db:restore on these databases; null = without the owners' addresses. */
export async function runSnapshotCommand(
  databases: TestDatabases | null,
  name: "db:snapshot" | "db:restore",
  directory: string,
): Promise<{ readonly code: number; readonly output: string }> {
  const layout = mainLayout(moduleSchemas);
  const main = databases && parseConnection(databases.main.ownerUrl);
  const log = databases && parseConnection(databases.log.ownerUrl);
  const migrateLibraries = (owner: Parameters<typeof migrateJobs>[0]) =>
    migrateJobs(owner, [], roles.app);
  const commands = createSnapshotCommands({
    main: { owner: main, layout },
    log: { owner: log, layout: logLayout },
    migrateLibraries,
    async migrateAll() {
      if (main) await migrate({ connection: main, layout, roles, migrateLibraries });
      if (log) await migrate({ connection: log, layout: logLayout, roles });
    },
    queues: () => [],
    clock: systemClock,
  });
  const command = commands.find((one) => one.name === name);
  if (!command) throw new Error(`no command is named ${name}`);
  const lines: string[] = [];
  const code = await command.run(
    systemContext(`command:${name}`, systemIds.next()),
    [directory],
    (line) => void lines.push(line),
    createTypedTerminal({ isInteractive: false }),
  );
  return { code, output: lines.join("\n") };
}
