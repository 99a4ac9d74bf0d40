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
import { codeOf, type RunAs, runsPostgres, runToEnd, spawnOptions } from "./embedded-process.ts";
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

/** What PostgreSQL says about itself in postmaster.pid. */
export type Postmaster = {
  readonly pid: number;
  readonly address: SocketAddress;
  /** "starting" also means recovering after a crash. */
  readonly status: "starting" | "ready" | "stopping";
};

const initdbTimeoutMs = 60_000;
/** Recovery after a crash replays the log since the last checkpoint: seconds, after a long import more. */
const readyTimeoutMs = 60_000;
/** A fast shutdown ends clients at once and writes a checkpoint. */
const fastShutdownTimeoutMs = 30_000;
const immediateShutdownTimeoutMs = 10_000;
const pollMs = 5;
const retryMs = 100;

const serverSettings: Readonly<Record<string, string>> = {
  // The audit relay reads every change from the log.
  wal_level: "logical",
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
      `${binaries.majorVersion}, which cannot read it. Nothing was changed. Take a snapshot with the release of ` +
      "FinTrack that wrote it, move the directory away, and restore the snapshot with this release.",
  );
}

/** The PostgreSQL that runs on this directory now; null when none does. A pid file left by a crash does not count. */
export function findPostmaster(directory: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(directory, "postmaster.pid"), "utf8").split("\n");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
  // https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/utils/pidfile.h
  const [pid, , , port, socketDirectory, , , status] = lines.map((line) => line.trim());
  if (!/^\d+$/.test(pid ?? "") || !runsPostgres(Number(pid), directory)) return null;
  return {
    pid: Number(pid),
    address: { directory: socketDirectory ?? "", port: Number(port) },
    status: status === "ready" || status === "stopping" ? status : "starting",
  };
}

/**
 * Starts PostgreSQL in a session of its own, so that the terminal's Ctrl-C does not reach it, and waits for it.
 * The caller has seen that none runs on this directory.
 */
export async function launch(cluster: Cluster, address: SocketAddress): Promise<Postmaster> {
  const deadline = performance.now() + readyTimeoutMs;
  for (;;) {
    prepareFiles(cluster);
    // Left by one that was killed; they name its pid, which somebody else may have by now.
    for (const file of readdirSync(address.directory)) rmSync(join(address.directory, file));
    const logStart = existsSync(cluster.logFile) ? statSync(cluster.logFile).size : 0;
    const postmaster = await waitUntilReady(cluster, spawnPostgres(cluster, address));
    if (postmaster) return postmaster;
    const written = readFileSync(cluster.logFile).subarray(logStart).toString();
    // The queries of a killed PostgreSQL notice its death when they next wait for something; until then they write.
    const outlived = /shared memory block .* is still in use/.test(written);
    if (!outlived || performance.now() > deadline)
      throw new EmbeddedPostgresError(
        `PostgreSQL did not start on ${cluster.directory}. What it said:\n${written.trim()}`,
      );
    await Bun.sleep(retryMs);
  }
}

function spawnPostgres(cluster: Cluster, address: SocketAddress): ChildProcess {
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
 * Waits while PostgreSQL starts or recovers. Null when it ended instead. `child` is given by the one who started it,
 * for until it has written its pid file nothing else tells that it lives.
 */
export async function waitUntilReady(
  { directory }: Cluster,
  child?: ChildProcess,
): Promise<Postmaster | null> {
  let failure: Error | undefined;
  child?.once("error", (error) => {
    failure = error;
  });
  const deadline = performance.now() + readyTimeoutMs;
  while (performance.now() < deadline) {
    if (failure) throw failure;
    const found = findPostmaster(directory);
    if (found?.status === "ready") return found;
    const ended = child ? child.exitCode !== null || child.signalCode !== null : found === null;
    if (ended) return null;
    await Bun.sleep(pollMs);
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL on ${directory} was not ready after ${readyTimeoutMs / 1000} s. It may still be recovering: look ` +
      "at postgres.log beside it and start again.",
  );
}

/** Ends the running PostgreSQL, whoever started it; returns when it is gone. Nothing committed is lost either way. */
export async function stopCluster(directory: string): Promise<void> {
  if (await signalAndWait(directory, "SIGINT", fastShutdownTimeoutMs)) return;
  if (await signalAndWait(directory, "SIGQUIT", immediateShutdownTimeoutMs)) return;
  throw new EmbeddedPostgresError(`PostgreSQL on ${directory} does not end.`);
}

async function signalAndWait(directory: string, signal: NodeJS.Signals, timeoutMs: number) {
  const found = findPostmaster(directory);
  if (found === null) return true;
  process.kill(found.pid, signal);
  return waitUntilEnded(directory, timeoutMs);
}

/** Waits for a PostgreSQL that is ending already; false when it still runs after `timeoutMs`. */
export async function waitUntilEnded(
  directory: string,
  timeoutMs = fastShutdownTimeoutMs,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (findPostmaster(directory) === null) return true;
    await Bun.sleep(pollMs);
  }
  return false;
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
