import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionSettings, connectionUrl, parseConnection } from "#platform/db/connection";
import { openEmbeddedPostgres } from "#platform/db/embedded";
import { isLocked, waitForLock } from "#platform/db/embedded-lock";
import { stopPostmaster } from "#platform/db/embedded-postmaster";
import { embeddedRoles } from "#platform/db/embedded-roles";

/** Who may log in to a test cluster; the launcher is its superuser. */
export const testRoles = [...embeddedRoles, "launcher"] as const;
export type TestRole = (typeof testRoles)[number];

/** What a process needs to know of a test cluster: an address for each role, each naming the database `main`. */
export type ClusterAddresses = Readonly<Record<TestRole, string>>;

/** Names the cluster that the test run has started; its value is ClusterAddresses as JSON. */
export const testClusterVariable = "FINTRACK_TEST_CLUSTER";

/** The superuser that the launcher keeps to itself; here it makes and drops databases. */
const launcherRole = "fintrack_launcher";

const settings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  deadlock_timeout: "100ms",
  shared_buffers: "64MB",
  max_connections: "300",
  max_replication_slots: "32",
  max_wal_senders: "32",
  autovacuum: "off", // clones live for seconds, and its workers would hold up CREATE DATABASE
};
const startTimeoutMs = 180_000;

export type TestCluster = {
  readonly addresses: ClusterAddresses;
  stop(): Promise<void>;
};

/** One directory per user and checkout for all clusters of tests, so that what a killed run left is found again. */
export function clustersDirectory(): string {
  const checkout = createHash("sha256")
    .update(import.meta.dir)
    .digest("hex")
    .slice(0, 12);
  const directory = join(tmpdir(), `fintrack-tests-${process.getuid?.() ?? 0}-${checkout}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/** Launches PostgreSQL in a new directory that disappears with it. Runs in the cluster's host process. */
export async function openCluster(): Promise<TestCluster> {
  // Alone: a directory that has no server yet looks abandoned.
  const lock = await waitForLock(join(clustersDirectory(), "open.lock"), startTimeoutMs);
  try {
    await removeAbandonedClusters();
    return await launchCluster();
  } finally {
    lock?.release();
  }
}

async function launchCluster(): Promise<TestCluster> {
  const directory = mkdtempSync(join(clustersDirectory(), "cluster-"));
  const log = { info: () => {}, warn: (message: string) => console.error(message) };
  const postgres = await openEmbeddedPostgres({
    dataDir: directory,
    mode: "server",
    log,
    settings,
  });
  const passwords: Record<string, string> = JSON.parse(
    readFileSync(join(directory, "keys", "postgres.json"), "utf8"),
  );
  const launcher: ConnectionSettings = {
    ...parseConnection(postgres.url("owner", "main")),
    user: launcherRole,
    password: passwords[launcherRole] ?? null,
  };
  return {
    addresses: {
      owner: postgres.url("owner", "main"),
      app: postgres.url("app", "main"),
      relay: postgres.url("relay", "main"),
      reader: postgres.url("reader", "main"),
      launcher: connectionUrl(launcher),
    },
    async stop() {
      await postgres.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Ends and removes what hosts that were killed have left running. */
async function removeAbandonedClusters(): Promise<void> {
  for (const name of readdirSync(clustersDirectory())) {
    const directory = join(clustersDirectory(), name);
    if (!name.startsWith("cluster-") || isLocked(join(directory, "server.lock"))) continue;
    await stopPostmaster(join(directory, "postgres")).catch(() => {});
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Starts a cluster for one test run, with migrated templates. It lives in a process of its own that ends it when
 * `stop` is called or when this process is gone, however it died.
 */
export async function startTestCluster(): Promise<TestCluster> {
  const host = spawnOwnedHost();
  const addresses = await firstLine(host.stdout);
  return {
    addresses: JSON.parse(addresses),
    async stop() {
      host.stdin.end();
      await host.exited;
    },
  };
}

function spawnOwnedHost() {
  return Bun.spawn(hostCommand("owned"), {
    ...hostOptions,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
}

/** Returns at once. The host writes to a file: a terminal or pipe of ours would be held open after our end. */
export function spawnSharedHost(): void {
  const log = Bun.file(join(clustersDirectory(), "shared.log"));
  Bun.spawn(hostCommand("shared"), {
    ...hostOptions,
    stdin: "ignore",
    stdout: log,
    stderr: log,
  }).unref();
}

const hostCommand = (kind: "owned" | "shared") => [
  process.execPath,
  "--no-env-file",
  join(import.meta.dir, "test-cluster-host.ts"),
  kind,
];

// A session of its own: the terminal's Ctrl-C goes to the tests, and the cluster ends after them.
const hostOptions = { detached: true, cwd: join(import.meta.dir, "../..") } as const;

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const timer = setTimeout(() => void reader.cancel(), startTimeoutMs);
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error("the test cluster did not start: see its messages above");
    text += decoder.decode(value, { stream: true });
  }
  clearTimeout(timer);
  return text.slice(0, text.indexOf("\n"));
}
