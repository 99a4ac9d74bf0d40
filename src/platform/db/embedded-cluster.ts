import { type ChildProcess, spawn } from "node:child_process";
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { PostgresBinaries } from "./embedded-binaries.ts";
import { EmbeddedPostgresError } from "./embedded-error.ts";
import { launcherRole } from "./embedded-launcher.ts";
import {
  findPostmaster,
  type Postmaster,
  readyTimeoutMs,
  waitUntilReady,
} from "./embedded-postmaster.ts";
import { type RunAs, runToEnd, spawnOptions } from "./embedded-process.ts";
import type { SocketAddress } from "./embedded-socket.ts";

/** One data directory and how to run it. */
export type Cluster = {
  /** Absolute, without symbolic links. */
  readonly directory: string;
  readonly binaries: PostgresBinaries;
  readonly as: RunAs;
  readonly logFile: string;
  /** Server parameters beside ours; they win. */
  readonly settings: Readonly<Record<string, string>>;
};

const initdbTimeoutMs = 60_000;
const retryMs = 100;

const serverSettings: Readonly<Record<string, string>> = {
  // The audit relay reads every change from the log.
  wal_level: "logical",
  // What it has not read is kept, up to here; beyond it the trail has a gap, and the disk is not full.
  max_slot_wal_keep_size: "8GB",
  // A unix socket only: no port that another user of the machine could reach.
  listen_addresses: "",
  unix_socket_permissions: "0700",
  password_encryption: "scram-sha-256",
  timezone: "UTC",
  log_timezone: "UTC",
  // Values of people's rows stay out of the log file: no statements, no "Key (mail)=(...) already exists".
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
};

const hostBasedAuthentication = `# Written by FinTrack at each start.
local all all scram-sha-256
local replication fintrack_relay scram-sha-256
`;

/**
 * Where PostgreSQL finds its directory. As another user it may not walk there (the directory may lie in /root), but it
 * is put there before it loses root's rights, and Linux lets it go on from where it stands.
 */
const directoryArgument = ({ as, directory }: Cluster) =>
  as === null ? directory : "/proc/self/cwd";

/**
 * Makes the data directory with the launcher's password: in full or, when the process dies meanwhile, not at all.
 * `verifier` is what PostgreSQL is to store for the password.
 */
export async function createCluster(cluster: Cluster, verifier: string): Promise<void> {
  const parent = dirname(cluster.directory);
  const prefix = `${basename(cluster.directory)}.new-`;
  for (const leftover of readdirSync(parent).filter((name) => name.startsWith(prefix)))
    rmSync(join(parent, leftover), { recursive: true });
  const unfinished = { ...cluster, directory: mkdtempSync(join(parent, prefix)) };
  if (cluster.as) chownSync(unfinished.directory, cluster.as.uid, cluster.as.gid);
  const options =
    "--auth=trust --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 " +
    "--data-checksums --no-instructions";
  await runToEnd(
    cluster.binaries.initdb,
    ["-D", directoryArgument(unfinished), "-U", launcherRole, ...options.split(" ")],
    { as: cluster.as, directory: unfinished.directory, timeoutMs: initdbTimeoutMs },
  );
  await setLauncherPassword(unfinished, verifier);
  renameSync(unfinished.directory, cluster.directory);
  syncDirectory(parent);
}

/** Refuses what another PostgreSQL release has written, and what belongs to somebody whom we cannot run as. */
export function assertUsable(cluster: Cluster): void {
  const { directory, binaries } = cluster;
  const owner = lstatSync(directory).uid;
  const expected = cluster.as?.uid ?? process.getuid?.() ?? owner;
  if (owner !== expected)
    throw new EmbeddedPostgresError(
      `${directory} belongs to user ${owner}, and PostgreSQL would run as user ${expected}. Start as the user ` +
        `who made it, or hand it over: chown -R ${expected} ${directory}`,
    );
  const found = readFileSync(join(directory, "PG_VERSION"), "utf8").trim();
  if (found === binaries.majorVersion) return;
  throw new EmbeddedPostgresError(
    `${directory} was written by PostgreSQL ${found}; this release of FinTrack runs PostgreSQL ` +
      `${binaries.majorVersion}, which cannot read it. Nothing was changed. With the release of FinTrack that wrote ` +
      "it, run: bun src/main.ts db:snapshot <directory>. Then move the data directory away and run, with this release: " +
      "bun src/main.ts db:restore <directory>.",
  );
}

/**
 * Starts PostgreSQL in a session of its own, so that the terminal's Ctrl-C does not reach it, and waits for it.
 * The caller has seen that none runs on this directory.
 */
export async function launch(cluster: Cluster, address: SocketAddress): Promise<Postmaster> {
  const deadline = performance.now() + readyTimeoutMs;
  for (;;) {
    const logStart = existsSync(cluster.logFile) ? statSync(cluster.logFile).size : 0;
    // One that was started by a process that died at once may only now write its pid file.
    const child =
      findPostmaster(cluster.directory) === null ? spawnPostgres(cluster, address) : undefined;
    const postmaster = await waitUntilReady(cluster.directory, child);
    if (postmaster) return postmaster;
    const written = readFileSync(cluster.logFile).subarray(logStart).toString();
    // The queries of a killed PostgreSQL notice its death when they next wait for something; until then they write.
    const outlived = /shared memory block .* is still in use|lock file .* already exists/.test(
      written,
    );
    if (!outlived || performance.now() > deadline)
      throw new EmbeddedPostgresError(
        `PostgreSQL did not start on ${cluster.directory}. What it said:\n${written.trim()}`,
      );
    await Bun.sleep(retryMs);
  }
}

function spawnPostgres(cluster: Cluster, address: SocketAddress): ChildProcess {
  prepareFiles(cluster);
  // Left by one that was killed; they name its pid, which somebody else may have by now.
  for (const file of readdirSync(address.directory)) rmSync(join(address.directory, file));
  const settings = Object.entries({ ...serverSettings, ...cluster.settings });
  const log = openSync(cluster.logFile, "a", 0o600);
  const child = spawn(
    cluster.binaries.postgres,
    [
      ...["-D", directoryArgument(cluster), "-k", address.directory, "-p", String(address.port)],
      ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    {
      ...spawnOptions(cluster.as, cluster.directory),
      detached: true,
      stdio: ["ignore", log, log],
    },
  );
  closeSync(log);
  child.unref();
  return child;
}

/**
 * Sets the launcher's password without knowing the old one: in single-user mode, which needs no login.
 * PostgreSQL must not be running. `verifier` is a SCRAM verifier, so that no log ever sees the password.
 */
export async function setLauncherPassword(cluster: Cluster, verifier: string): Promise<void> {
  prepareFiles(cluster);
  await runToEnd(
    cluster.binaries.postgres,
    ["--single", "-D", directoryArgument(cluster), "-c", "log_min_messages=fatal", "postgres"],
    {
      as: cluster.as,
      directory: cluster.directory,
      timeoutMs: readyTimeoutMs,
      input: `alter role ${launcherRole} login superuser password '${verifier}'\n`,
    },
  );
}

function prepareFiles(cluster: Cluster): void {
  // What is left of one that was killed. When its pid lives on in another program, or as a zombie, PostgreSQL would
  // refuse to start; that its queries are gone it checks by the shared memory, whatever this file says.
  rmSync(join(cluster.directory, "postmaster.pid"), { force: true });
  writeFileSync(join(cluster.directory, "pg_hba.conf"), hostBasedAuthentication, { mode: 0o600 });
}

function syncDirectory(path: string): void {
  const handle = openSync(path, "r");
  fsyncSync(handle);
  closeSync(handle);
}
