import { rmSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { variableNames } from "#platform/config";
import { connectionUrl, parseConnection, postgresJsOptions } from "#platform/db/connection";
import { openFakeRateProviders } from "./fake-rate-providers.ts";
import { freePort } from "./free-port.ts";
import { type MainProcess, spawnMain } from "./main-process.ts";
import {
  type PrometheusServer,
  startProgram,
  startPrometheus,
  watchers,
} from "./prometheus-server.ts";
import { freshDataDir, startServerProcess } from "./server-process.ts";
import { openCluster, type TestRole } from "./test-cluster.ts";

const root = join(import.meta.dir, "../..");
const token = "a-token-of-24-characters";

export type WatchedSystem = {
  readonly prometheus: PrometheusServer;
  /** What the API has logged. */
  log(): readonly string[];
  /** MainDB as the cluster's superuser. */
  readonly sql: postgres.Sql;
  /** script/demo, from nobody to a household with debts and reports, and a conversion; gives what it says. */
  useIt(): Promise<string>;
  stopApi(): Promise<void>;
  stopWorker(): Promise<void>;
  /** Whether anybody but the superuser may be connected to LogDB. */
  allowLogDatabase(allowed: boolean): Promise<void>;
  close(): Promise<void>;
};

/** API, worker and databases with what watches them, each a process, all on this machine. */
export async function openWatchedSystem(edit: (rules: string) => string): Promise<WatchedSystem> {
  const dataDir = freshDataDir();
  const cluster = await openCluster();
  const providers = await openFakeRateProviders();
  const at = (role: TestRole, database: "main" | "log") =>
    connectionUrl({ ...parseConnection(cluster.addresses[role]), database });
  const launcher = parseConnection(cluster.addresses.launcher);
  const sql = postgres({ ...postgresJsOptions(launcher), max: 2, onnotice: () => {} });
  const [apiMetrics, workerMetrics] = [freePort(), freePort()];
  const common = {
    ...{ DATA_DIR: dataDir, METRICS_TOKEN: token, GBS_EVIDENCE: "none", DEFAULT_PLAN: "pro" },
    ...{ DATABASE_URL: at("app", "main"), LOG_DATABASE_URL: at("app", "log") },
    ...{ READS_PER_MINUTE: "1000000", CLIENT_ATTEMPTS_PER_HOUR: "1000000" },
    ...{ ...providers.environment, RATES_REFRESH: "on" },
  };
  const migrating = {
    DATABASE_MIGRATE_URL: at("owner", "main"),
    LOG_DATABASE_MIGRATE_URL: at("owner", "log"),
  };
  const api = await startServerProcess({
    ...{ ...common, ...migrating, ROLE: "api", METRICS_PORT: `${apiMetrics}` },
  });
  const worker: MainProcess = spawnMain([], {
    ...{ ...common, ROLE: "worker", METRICS_PORT: `${workerMetrics}`, PORT: `${freePort()}` },
    RELAY_DATABASE_URL: at("relay", "main"),
    RELAY_LOG_DATABASE_URL: at("relay", "log"),
  });
  await worker.line(/Metrics on port/);

  const [nodePort, alertPort, mainPort, logPort] = [freePort(), freePort(), freePort(), freePort()];
  const exporter = (database: "main" | "log", port: number) =>
    startProgram([watchers.postgresExporter ?? "", `--web.listen-address=127.0.0.1:${port}`], {
      DATA_SOURCE_NAME: `host=${launcher.host} port=${launcher.port} user=${launcher.user} password=${launcher.password} dbname=${database} sslmode=disable`,
    });
  const programs = [
    exporter("main", mainPort),
    exporter("log", logPort),
    startProgram([watchers.nodeExporter ?? "", `--web.listen-address=127.0.0.1:${nodePort}`]),
    startProgram([
      ...[watchers.alertmanager ?? "", "--cluster.listen-address="],
      `--config.file=${join(import.meta.dir, "../fixtures/alertmanager.yml")}`,
      `--storage.path=${join(dataDir, "alertmanager")}`,
      `--web.listen-address=127.0.0.1:${alertPort}`,
    ]),
  ];
  const on = (port: number, labels = {}) => ({ targets: [`127.0.0.1:${port}`], labels });
  const prometheus = await startPrometheus({
    ...{ token, edit },
    targets: {
      api: [on(apiMetrics)],
      worker: [on(workerMetrics)],
      postgres: [on(mainPort, { server: "main" }), on(logPort, { server: "log" })],
      node: [on(nodePort)],
      alertmanager: [on(alertPort)],
    },
  });

  async function end(process: MainProcess): Promise<void> {
    process.kill("SIGTERM");
    await process.ended;
  }
  return {
    ...{ prometheus, sql, log: api.lines },
    async useIt() {
      const inherited = Object.entries(process.env).filter(([n]) => !variableNames.includes(n));
      const child = Bun.spawn(["script/demo", api.url], {
        ...{ cwd: root, stdout: "pipe", stderr: "pipe" },
        env: { ...Object.fromEntries(inherited), ...common, RATES_REFRESH: "off" },
      });
      const said = await Promise.all([child.stdout.text(), child.stderr.text()]);
      if ((await child.exited) !== 0) throw new Error(said.join("\n"));
      const asked = await fetch(`${api.url}/v1/conversions?amount=10&from=EUR&to=USD`);
      if (!asked.ok) throw new Error(await asked.text());
      return said.join("\n");
    },
    stopApi: () => end(api),
    stopWorker: () => end(worker),
    async allowLogDatabase(allowed) {
      await sql.unsafe(`alter database log allow_connections ${allowed}`);
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = 'log'`;
    },
    async close() {
      await prometheus.stop();
      await Promise.all(programs.map((program) => program.stop()));
      await Promise.all([end(api), end(worker)]);
      await sql.end();
      await providers.close();
      await cluster.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
