import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { auditCommandLines, createAuditCommands } from "#platform/audit/commands";
import { watchSlot } from "#platform/audit/relay-metrics";
import { createSlotGuard } from "#platform/audit/slot-guard";
import { relayConnections, startRelay } from "#platform/audit/start-relay";
import { watchVerification } from "#platform/audit/verification/verification-metrics";
import { backupCommandLines, createBackupCommands } from "#platform/backup/backup-commands";
import { readBackupStates } from "#platform/backup/backup-state";
import {
  drillCommand,
  drilledCommand,
  drilledLine,
  drillLine,
  type Scratch,
} from "#platform/backup/drill-command";
import { BackupError } from "#platform/backup/errors";
import { watchBackups } from "#platform/backup/metrics";
import { openBackups } from "#platform/backup/open-backups";
import { readRestoreArguments } from "#platform/backup/restore-arguments";
import type { RestoreDeps } from "#platform/backup/restore-backup";
import { restoreChecks, resumeAudit } from "#platform/backup/restore-checks";
import { restoreCommand, restoreLine } from "#platform/backup/restore-command";
import { openRestoreDatabases } from "#platform/backup/restore-databases";
import {
  answerUsage,
  asksForHelp,
  rootMessage,
  runCommand,
  usageExitCode,
} from "#platform/command-line";
import { type Config, ConfigError, loadConfig } from "#platform/config";
import { openDatabase } from "#platform/db/client";
import { ConnectionUrlError } from "#platform/db/connection";
import { DatabaseServerError, openDatabases } from "#platform/db/databases";
import { EmbeddedPostgresError } from "#platform/db/embedded-error";
import { logLayout, mainLayout } from "#platform/db/layout";
import { migrate } from "#platform/db/migrate";
import { createSnapshotCommands, snapshotCommandLines } from "#platform/db/snapshot-commands";
import { SnapshotError } from "#platform/db/snapshot-manifest";
import { ListenError, startServer } from "#platform/http/server";
import { openJobs } from "#platform/jobs/job-runner";
import { migrateJobs } from "#platform/jobs/migrate-jobs";
import { watchQueues } from "#platform/jobs/queue-metrics";
import { createJobRegistry } from "#platform/jobs/registry";
import { systemClock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { createKeyCommands, keyCommandLines } from "#platform/keyring/commands";
import { KeyringError, openKeyring } from "#platform/keyring/keyring";
import type { Command, CommandLine } from "#platform/module";
import { watchHealth } from "#platform/observability/health-metrics";
import { createJobObserver } from "#platform/observability/job-observer";
import { createLogger } from "#platform/observability/logger";
import { createMetrics } from "#platform/observability/metrics";
import { openMetricsListener } from "#platform/observability/metrics-listener";
import { watchPools } from "#platform/observability/pool-metrics";
import { watchProcess } from "#platform/observability/process-metrics";
import { watchInFlight } from "#platform/observability/request-observer";
import { openStorage, StorageSetupError } from "#platform/storage/open-storage";
import { systemIds } from "#platform/system";
import { openTerminal } from "#platform/terminal";
import { appCommandLines, buildApp, moduleSchemas } from "./app.ts";

/** Faults that whoever starts the process can mend: said without a stack. */
const operatorFaults = [
  BackupError,
  ConfigError,
  ConnectionUrlError,
  DatabaseServerError,
  EmbeddedPostgresError,
  KeyringError,
  ListenError,
  SnapshotError,
  StorageSetupError,
];
/** LogDB is only asked whether it lives until the audit trail is read. */
const logPoolSize = 2;

const print = (line: string) => void process.stdout.write(`${line}\n`);

const migrateLine: CommandLine = {
  name: "migrate",
  usage:
    "migrate  bring both databases to this release, with DATABASE_MIGRATE_URL and LOG_DATABASE_MIGRATE_URL",
  needsLog: () => true,
};
/** Known before anything is opened, so that a command that was called wrongly touches nothing. */
const commandLines: readonly CommandLine[] = [
  ...keyCommandLines,
  ...appCommandLines,
  ...auditCommandLines,
  ...backupCommandLines,
  ...[restoreLine, drillLine, drilledLine],
  ...snapshotCommandLines,
  migrateLine,
];

/** The exit code for whoever asks what there is, or called it wrongly; null = go on. */
function answerBeforehand(name: string | undefined, args: readonly string[]): number | null {
  if (name === undefined) return null;
  const line = commandLines.find((one) => one.name === name);
  if (line) return answerUsage(line, args, print);
  const isAsked = asksForHelp([name]);
  if (!isAsked) print(`no such command: ${name}`);
  for (const { usage } of commandLines) print(`  ${usage}`);
  return isAsked ? 0 : usageExitCode;
}

/** Whoever reads what a command prints may have read enough, as `head` does: 128 + SIGPIPE, as if the signal had ended it. */
function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(141);
    throw error;
  });
}

async function main([name, ...args]: readonly string[]): Promise<void> {
  if (name !== undefined) endWithReader();
  const answered = answerBeforehand(name, args);
  if (answered !== null) process.exit(answered);
  const config = loadConfig();
  const clock = systemClock;
  const keyCommand = createKeyCommands({ config, clock }).find((command) => command.name === name);
  if (keyCommand) process.exit(await run(keyCommand, args));

  const restored = name === "restore" ? readRestoreArguments(args) : null;
  const needsLog = commandLines.find((line) => line.name === name)?.needsLog?.(config) ?? false;
  const mode = name === undefined ? "server" : "command";
  const opened = await open(config, { mode, needsLog }, restored);
  const closeAndFail = async (error: unknown): Promise<never> => {
    await opened.close();
    throw error;
  };
  if (name === undefined) return serve(opened).catch(closeAndFail);
  const code = await runNamed(opened, name, args).catch(closeAndFail);
  await opened.close();
  process.exit(code);
}

type Opened = Awaited<ReturnType<typeof open>>;

/**
 * What a server and a command share: the databases, and the modules on top of them. Nothing is migrated yet. `restored`:
 * which databases are to be filled; they are worked on as their owner.
 */
async function open(
  config: Config,
  { mode, needsLog }: { readonly mode: "server" | "command"; readonly needsLog: boolean },
  restored: Parameters<typeof openRestoreDatabases>[0] | null = null,
) {
  const logger = createLogger({
    level: mode === "server" ? config.logLevel : "warn",
    human: config.environment === "development",
  });
  const clock = systemClock;
  const keyring = openKeyring(config.keyring, { clock });
  const openConfigured = () =>
    openDatabases(
      config,
      { mode, needsLog },
      {
        info: (message) => logger.info({}, message),
        warn: (message) => logger.warn({}, message),
      },
    );
  const databases = await (restored
    ? openRestoreDatabases(restored, config.databases, openConfigured)
    : openConfigured());
  const { main, log } = databases;
  const metrics = createMetrics();
  const common = { keyring, clock, processId: systemIds.next() };
  const slotGuard = createSlotGuard({ onFull: config.audit.onFull, logger });
  const db = openDatabase({
    ...{ ...common, connection: main.app, poolSize: config.databasePoolSize },
    isWritable: slotGuard.isWritable,
  });
  const logDb = openDatabase({ ...common, connection: log.app, poolSize: logPoolSize });
  const registry = createJobRegistry();
  const jobs = openJobs({
    connection: main.app,
    role: mode === "command" ? "api" : config.role,
    registry,
    observer: createJobObserver({ logger, metrics }),
    logger,
    clock,
  });
  const storage = openStorage({ config, ids: systemIds, logger });
  const backups = openBackups({
    ...{ config, databases, storage, db, ids: systemIds, clock, logger },
  });
  const app = await buildApp({
    ...{ jobsBeside: backups.jobs },
    ...{ config, clock, ids: systemIds, keyring, logger, metrics, db, logDb, jobs, registry },
    ...{ fetch: globalThis.fetch, storage },
  });

  const layout = mainLayout(moduleSchemas);
  const migrateLibraries = (owner: Parameters<typeof migrateJobs>[0]) =>
    migrateJobs(owner, registry.queues(), main.roles.app);
  async function migrateAll(): Promise<void> {
    if (main.owner)
      await migrate({ connection: main.owner, layout, roles: main.roles, migrateLibraries });
    if (log.owner) await migrate({ connection: log.owner, layout: logLayout, roles: log.roles });
  }
  const auditCommands = createAuditCommands({
    ...{ log: logDb, keyring, clock, dataDir: config.dataDir },
    connections: relayConnections(databases),
  });
  const checking = { commands: [...app.commands, ...auditCommands], ids: systemIds };
  const restoring: RestoreDeps | null = main.owner && {
    main: { owner: main.owner, roles: main.roles, layout },
    log: log.owner && { owner: log.owner, roles: log.roles, layout: logLayout },
    objects: storage.objects,
    objectsPlace: config.storage.s3
      ? `bucket ${config.storage.s3.bucket}`
      : join(config.dataDir, "objects"),
    queues: () => registry.queues(),
    migrateLibraries: (appRole) => (owner) => migrateJobs(owner, registry.queues(), appRole),
    onRestore: app.onRestore,
    checks: restoreChecks(checking, ["ledger:verify"]),
    resumeAudit: relayConnections(databases) && resumeAudit(checking),
    clock,
  };
  const commands: readonly Command[] = [
    ...app.commands,
    ...auditCommands,
    ...createBackupCommands(backups),
    restoreCommand({ deps: restoring, store: backups.store }),
    drillCommand({
      ...{ store: backups.store, db, clock },
      openScratch: (at) => openScratch(config, at),
    }),
    drilledCommand({ store: backups.store, db, clock }),
    ...createSnapshotCommands({
      main: { owner: main.owner, layout },
      log: { owner: log.owner, layout: logLayout },
      migrateLibraries,
      migrateAll,
      queues: () => registry.queues(),
      clock,
    }),
    {
      ...migrateLine,
      async run() {
        print(
          main.owner && log.owner ? "migrated" : "nothing to do: no migration addresses are set",
        );
        return 0;
      },
    },
  ];
  return {
    ...{ config, logger, metrics, db, jobs, app, databases, storage, commands, migrateAll },
    ...{ keyring, clock, layout, slotGuard },
    restoring,
    /** In the reverse order: whoever needs something goes before it. */
    async close() {
      await jobs.stop(config.limits.shutdownSeconds * 1000);
      await app.stop();
      await Promise.all([db.close(), logDb.close()]);
      await databases.close();
      logger.flush();
    },
  };
}

/** Databases, files and keys of their own, which are gone when it is closed. */
async function openScratch(
  config: Config,
  at: Parameters<typeof openRestoreDatabases>[0],
): Promise<Scratch> {
  const dataDir = mkdtempSync(join(config.dataDir, "drill-"));
  const remove = () => rmSync(dataDir, { recursive: true, force: true });
  try {
    const opened = await open(
      {
        ...{ ...config, dataDir, databases: null },
        storage: { volatileDir: join(dataDir, "volatile"), s3: null },
        keyring: { source: "file", path: join(dataDir, "keyring.json"), create: true },
      },
      { mode: "command", needsLog: true },
      at,
    );
    if (!opened.restoring) throw new Error("the databases of a drill have no owner");
    return {
      // Beside the real installation its anchors would tell of entries that are newer than the backup.
      deps: {
        ...opened.restoring,
        checks: restoreChecks({ commands: opened.commands, ids: systemIds }, [
          "ledger:verify",
          "audit:verify",
        ]),
      },
      close: () => opened.close().finally(remove),
    };
  } catch (error) {
    remove();
    throw error;
  }
}

async function serve(opened: Opened): Promise<void> {
  const { config, logger, metrics, app, jobs, db } = opened;
  await opened.storage.requireUsable();
  await opened.migrateAll();
  const relay =
    config.role === "api" ? null : await startRelay({ ...opened, mutations: app.mutations() });
  watchSlot(metrics, db.read);
  watchVerification(metrics, db.read);
  opened.slotGuard.watch(db.read);
  await app.start();
  const stopMeasuring = watchProcess(metrics);
  watchPools(metrics, { read: () => db.poolStats().read, write: () => db.poolStats().write });
  watchQueues(metrics, jobs);
  watchHealth(metrics, app.health);
  watchBackups(metrics, () => readBackupStates(db));
  await jobs.start();
  await app.sendStartJobs();
  const scrape = config.metrics
    ? openMetricsListener({ ...config.metrics, metrics, host: config.host })
    : null;
  const { host, port, limits } = config;
  const server =
    config.role === "worker"
      ? null
      : startServer({
          listener: app.listener,
          host,
          port,
          shutdownSeconds: limits.shutdownSeconds,
        });

  if (server) watchInFlight(metrics, server.inFlight);

  let stopping = false;
  async function stop(signal: string): Promise<void> {
    if (stopping) process.exit(1); // asked twice: at once
    stopping = true;
    logger.info({ signal }, "stopping");
    app.health.drain();
    await server?.stop();
    await scrape?.close();
    stopMeasuring();
    opened.slotGuard.stop();
    await relay?.close();
    await opened.close();
    process.exit(0);
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(signal));

  if (server) {
    print(`FinTrack ${config.environment} is ready`);
    print(`  API   ${config.publicUrl}/v1`);
    print(`  Docs  ${config.publicUrl}/docs`);
  } else print(`FinTrack ${config.environment} works on jobs; it serves no requests (ROLE=worker)`);
  print(`  Data  ${opened.databases.description}`);
  if (scrape) print(`  Metrics on port ${scrape.port}, with METRICS_TOKEN`);
}

async function runNamed(opened: Opened, name: string, args: readonly string[]): Promise<number> {
  const command = opened.commands.find((candidate) => candidate.name === name);
  if (!command) throw new Error(`${name} has a line and no command`);
  if (!command.beforeMigrations) await opened.migrateAll();
  return run(command, args);
}

async function run(command: Command, args: readonly string[]): Promise<number> {
  const terminal = openTerminal({ input: process.stdin, output: process.stderr });
  try {
    const ctx = systemContext(`command:${command.name}`, systemIds.next());
    return await runCommand(command, { ctx, args, print, terminal });
  } finally {
    terminal.close();
  }
}

await main(Bun.argv.slice(2)).catch((error: unknown) => {
  const plain = operatorFaults.some((kind) => error instanceof kind);
  // Of some commands 1 is an answer: that they could not give one is said in plain words, by another code.
  const code = commandLines.find(({ name }) => name === Bun.argv[2])?.failureExitCode;
  if (code !== undefined && !plain) console.error(rootMessage(error));
  else console.error(plain && error instanceof Error ? error.message : error);
  process.exit(code ?? 1);
});
