import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import postgres from "postgres";
import { connectionUrl, parseConnection, postgresJsOptions } from "#platform/db/connection";
import { freePort } from "../../support/free-port.ts";
import {
  freshDataDir,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";
import { openCluster, type TestCluster, type TestRole } from "../../support/test-cluster.ts";

const startTimeoutMs = 120_000;
/** Prometheus waits for ten seconds; well below that, so that a slow machine does not matter. */
const answerWithinMs = 5_000;
/** For so long checks of health are answered from the last run. */
const healthCacheMs = 1_100;
const token = "a-token-of-24-characters";

const dataDir = freshDataDir();
const metricsPort = freePort();
let cluster: TestCluster;
let server: ServerProcess;
let postmaster: number;

const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
/** The whole PostgreSQL: its connections stay open, and nobody answers on them or on new ones. */
function signal(name: "SIGSTOP" | "SIGCONT") {
  for (const pid of [postmaster, ...childrenOf(postmaster)]) process.kill(pid, name);
}
async function scrape() {
  const began = performance.now();
  const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const text = await answer.text();
  return { text, ms: performance.now() - began };
}

describe.skipIf(process.platform !== "linux")("while PostgreSQL hangs", () => {
  beforeAll(async () => {
    cluster = await openCluster();
    const at = (role: TestRole, database: string) =>
      connectionUrl({ ...parseConnection(cluster.addresses[role]), database });
    const launcher = postgres({
      ...postgresJsOptions(parseConnection(cluster.addresses.launcher)),
      max: 1,
    });
    const [backend] = await launcher`select pg_backend_pid() as pid`;
    const [, parent] =
      /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${backend?.["pid"]}/status`, "utf8")) ?? [];
    postmaster = Number(parent);
    await launcher.end();
    server = await startServerProcess({
      ...{ DATA_DIR: dataDir, METRICS_TOKEN: token, METRICS_PORT: `${metricsPort}`, ROLE: "api" },
      ...{ DATABASE_URL: at("app", "main"), LOG_DATABASE_URL: at("app", "log") },
      DATABASE_MIGRATE_URL: at("owner", "main"),
      LOG_DATABASE_MIGRATE_URL: at("owner", "log"),
    });
  }, startTimeoutMs);
  afterAll(async () => {
    if (postmaster) signal("SIGCONT");
    server?.kill("SIGTERM");
    await server?.ended;
    await cluster?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, startTimeoutMs);

  test(
    "a scrape is answered in time, and says that MainDB is down and the process is not",
    async () => {
      const mainIs = (text: string) =>
        /^fintrack_health_check_ok\{check="main database"\} (\d)$/m.exec(text)?.[1];
      expect(mainIs((await scrape()).text)).toBe("1");
      signal("SIGSTOP");
      await Bun.sleep(healthCacheMs);
      for (let asked = 0; asked < 3; asked++) {
        const { text, ms } = await scrape();
        expect(ms).toBeLessThan(answerWithinMs);
        expect(mainIs(text)).toBe("0");
        const names = text.match(/^(?!#)\w+/gm);
        expect(names).toContain("process_start_time_seconds");
        expect(names).toContain("fintrack_db_pool_connections_in_use");
        expect(names).not.toContain("fintrack_backup_failures_total");
      }
      const live = await fetch(`${server.url}/health/live`);
      expect(live.status).toBe(200);
      signal("SIGCONT");
    },
    startTimeoutMs,
  );
});
