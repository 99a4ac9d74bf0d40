import { ConfigError, loadConfig } from "#platform/config";
import { openDatabase } from "#platform/db/client";
import { ConnectionUrlError } from "#platform/db/connection";
import { openDatabases } from "#platform/db/databases";
import { EmbeddedPostgresError } from "#platform/db/embedded-error";
import { logLayout, mainLayout } from "#platform/db/layout";
import { migrate } from "#platform/db/migrate";
import { ListenError, type RunningServer, startServer } from "#platform/http/server";
import { openJobs } from "#platform/jobs/job-runner";
import { migrateJobs } from "#platform/jobs/migrate-jobs";
import { watchQueues } from "#platform/jobs/queue-metrics";
import { createJobRegistry } from "#platform/jobs/registry";
import { systemClock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { KeyringError, openKeyring, rotateKey } from "#platform/keyring/keyring";
import { createJobObserver } from "#platform/observability/job-observer";
import { createLogger } from "#platform/observability/logger";
import { createMetrics } from "#platform/observability/metrics";
import { openMetricsListener } from "#platform/observability/metrics-listener";
import { watchPools } from "#platform/observability/pool-metrics";
import { watchProcess } from "#platform/observability/process-metrics";
import { watchInFlight } from "#platform/observability/request-observer";
import { systemIds } from "#platform/system";
import { buildApp, moduleSchemas } from "./app.ts";

/** Faults that whoever starts the process can mend: said without a stack. */
const operatorFaults = [
  ConfigError,
  ConnectionUrlError,
  EmbeddedPostgresError,
  KeyringError,
  ListenError,
];
/** LogDB is only asked whether it lives until the audit trail is read. */
const logPoolSize = 2;

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main([command, ...args]: readonly string[]): Promise<void> {
  const config = loadConfig();
  if (command === "keys:rotate") return rotate(args);
  const server = command === undefined;
  const process_ = await open(config, server ? "server" : "command");
  try {
    if (server) return await serve(process_);
    process.exitCode = await runCommand(process_, command, args);
  } catch (error) {
    await process_.close();
    throw error;
  }
  await process_.close();
  process.exit();

  function rotate([purpose = ""]: readonly string[]): void {
    if (config.keyring.source === "inline")
      throw new KeyringError("KEYRING is set: rotate the file it was made from");
    const { kid, activeFrom } = rotateKey(config.keyring.path, purpose, { clock: systemClock });
    print(`${purpose}: key ${kid} is announced and in use from ${activeFrom}`);
  }
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Everything that a server and a command share: configuration to migrated, started modules. */
async function open(config: ReturnType<typeof loadConfig>, mode: "server" | "command") {
  const logger = createLogger({
    level: mode === "server" ? config.logLevel : "warn",
    human: config.environment === "development",
  });
  const clock = systemClock;
  const keyring = openKeyring(config.keyring, { clock });
  const databases = await openDatabases(config, mode, {
    info: (message) => logger.info({}, message),
    warn: (message) => logger.warn({}, message),
  });
  const metrics = createMetrics();
  const common = { keyring, clock, processId: systemIds.next() };
  const db = openDatabase({
    ...common,
    connection: databases.main.app,
    poolSize: config.databasePoolSize,
  });
  const logDb = openDatabase({ ...common, connection: databases.log.app, poolSize: logPoolSize });
  const registry = createJobRegistry();
  const jobs = openJobs({
    connection: databases.main.app,
    role: mode === "command" ? "api" : config.role,
    registry,
    observer: createJobObserver({ logger, metrics }),
    logger,
    clock,
  });
  const app = await buildApp({
    ...{ config, clock, ids: systemIds, keyring, logger, metrics, db, logDb, jobs, registry },
    fetch: globalThis.fetch,
  });
  const { main, log } = databases;
  if (main.owner)
    await migrate({
      connection: main.owner,
      layout: mainLayout(moduleSchemas),
      roles: main.roles,
      migrateLibraries: (owner) => migrateJobs(owner, registry.queues(), main.roles.app),
    });
  if (log.owner) await migrate({ connection: log.owner, layout: logLayout, roles: log.roles });
  // A command answers no requests: it needs no warm caches and hears no notifications.
  if (mode === "server") await app.start();
  return {
    ...{ config, logger, metrics, db, jobs, app, databases },
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

async function serve(opened: Opened): Promise<void> {
  const { config, logger, metrics, app, jobs, db } = opened;
  const stopMeasuring = watchProcess(metrics);
  watchPools(metrics, { read: () => db.poolStats().read, write: () => db.poolStats().write });
  watchQueues(metrics, jobs);
  await jobs.start();
  await app.sendStartJobs();
  const scrape = config.metrics
    ? openMetricsListener({ ...config.metrics, metrics, host: config.host })
    : null;
  const server: RunningServer | null =
    config.role === "worker"
      ? null
      : startServer({
          listener: app.listener,
          host: config.host,
          port: config.port,
          shutdownSeconds: config.limits.shutdownSeconds,
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
    await opened.close();
    process.exit(0);
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(signal));

  if (server) {
    print(`FinTrack ${config.environment} is ready`);
    print(`  API   ${config.publicUrl}/v1`);
    print(`  Docs  ${config.publicUrl}/docs`);
  } else
    print(`FinTrack ${config.environment} works on jobs; no requests are served (ROLE=worker)`);
  print(`  Data  ${opened.databases.description}`);
  if (scrape) print(`  Metrics on port ${scrape.port}, with METRICS_TOKEN`);
}

async function runCommand(opened: Opened, name: string, args: readonly string[]): Promise<number> {
  const command = opened.app.commands.find((candidate) => candidate.name === name);
  if (!command) {
    print(`no such command: ${name}`);
    for (const { usage } of opened.app.commands) print(`  ${usage}`);
    return 2;
  }
  return command.run(systemContext(`command:${name}`, systemIds.next()), args, print);
}

await main(Bun.argv.slice(2)).catch((error: unknown) => {
  const plain = operatorFaults.some((kind) => error instanceof kind);
  console.error(plain && error instanceof Error ? error.message : error);
  process.exit(1);
});
