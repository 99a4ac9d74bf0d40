import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectionUrl } from "./connection.ts";
import { EmbeddedPostgresError } from "./embedded-error.ts";
import { createWithLauncher, embeddedConnection } from "./embedded-launcher.ts";
import { isLocked, tryLock, waitForLock } from "./embedded-lock.ts";
import { rotateLog } from "./embedded-log.ts";
import { openPasswords } from "./embedded-passwords.ts";
import { findPostmaster, stopPostmaster } from "./embedded-postmaster.ts";
import {
  type EmbeddedDatabase,
  type EmbeddedRole,
  loginRoles,
  roleName,
} from "./embedded-roles.ts";
import { describeCluster, startOrAttach } from "./embedded-start.ts";

export type EmbeddedPostgresOptions = {
  /** Holds everything: the cluster, its log, the passwords and the locks. Made when missing. */
  readonly dataDir: string;
  /**
   * `server`: the one long-lived process of a data directory; a second is refused. It watches PostgreSQL, starts it
   * again when it dies, and ends it at `close`, whoever started it.
   * `command`: a short job, beside a server or alone. At `close` it ends only what it started itself, and only when
   * nobody else has come to use it.
   */
  readonly mode: "server" | "command";
  readonly log: { info(message: string): void; warn(message: string): void };
  /** Server parameters beside ours. For tests: fsync=off, more connections. */
  readonly settings?: Readonly<Record<string, string>>;
};

export type EmbeddedPostgres = {
  readonly origin: "launched" | "attached";
  readonly logFile: string;
  /** A connection address with the role's password. */
  url(role: EmbeddedRole, database: EmbeddedDatabase): string;
  /** To be called when the caller's own connections are closed. A second call waits for the first. */
  close(): Promise<void>;
};

/** Longer than a recovery: whoever holds the lock may be waiting for one. */
const startLockTimeoutMs = 90_000;
const superviseIntervalMs = 1000;

/**
 * Real PostgreSQL without an installation: makes the cluster at first, starts it, or attaches to the one that a killed
 * process left running. Throws {@link EmbeddedPostgresError}, which says what to do.
 */
export async function openEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { mode, log } = options;
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = realpathSync(options.dataDir);
  const serverLockFile = join(dataDir, "server.lock");

  /** Creating, starting and stopping happen in one process at a time. */
  async function exclusively<T>(work: () => T | Promise<T>): Promise<T> {
    const lock = await waitForLock(join(dataDir, "start.lock"), startLockTimeoutMs);
    if (lock === null)
      throw new EmbeddedPostgresError(
        `Another process has been starting or stopping ${dataDir} for ${startLockTimeoutMs / 1000} s.`,
      );
    try {
      return await work();
    } finally {
      lock.release();
    }
  }

  const serverLock =
    mode === "server" ? await exclusively(() => lockServer(dataDir, serverLockFile)) : null;
  try {
    const cluster = describeCluster(dataDir, options.settings ?? {});
    const passwords = await exclusively(() =>
      openPasswords(join(dataDir, "keys", "postgres.json"), loginRoles),
    );
    const isGuarded = () => mode === "command" && isLocked(serverLockFile);
    const start = () =>
      exclusively(() => startOrAttach({ dataDir, cluster, passwords, guarded: isGuarded() }));
    let running = await start();
    const { origin } = running;
    log.info(
      `PostgreSQL ${cluster.binaries.majorVersion} ${origin === "launched" ? "started" : "found running"} in ${cluster.directory}`,
    );

    let supervision: Promise<void> | undefined;
    let reported = false;
    async function supervise() {
      try {
        rotateLog(cluster.logFile);
        if (findPostmaster(cluster.directory)) return;
        if (!reported) log.warn("PostgreSQL has died; starting it again");
        reported = true;
        running = await start();
        reported = false;
      } catch (error) {
        log.warn(error instanceof Error ? error.message : String(error));
      }
    }
    const look = () => {
      supervision ??= supervise().finally(() => {
        supervision = undefined;
      });
    };
    const supervisor = mode === "server" ? setInterval(look, superviseIntervalMs) : undefined;

    async function close() {
      clearInterval(supervisor);
      await supervision; // a restart that has begun would otherwise come after the stop
      try {
        await exclusively(async () => {
          const stops =
            mode === "server" ||
            (origin === "launched" && !isGuarded() && !(await hasOtherClients()));
          if (!stops) return;
          await stopPostmaster(cluster.directory);
          rmSync(running.address.directory, { recursive: true, force: true });
        });
      } finally {
        serverLock?.release();
      }
    }

    async function hasOtherClients(): Promise<boolean> {
      const [row] = await createWithLauncher(running.address, passwords)(
        "postgres",
        (launcher) => launcher<{ found: boolean }[]>`
          select count(*) > 0 as found from pg_stat_activity
          where backend_type in ('client backend', 'walsender') and pid <> pg_backend_pid()`,
      );
      return row?.found ?? false;
    }

    let closed: Promise<void> | undefined;
    return {
      origin,
      logFile: cluster.logFile,
      url: (role, database) =>
        connectionUrl(embeddedConnection(running.address, roleName(role), passwords, database)),
      close() {
        closed ??= close();
        return closed;
      },
    };
  } catch (error) {
    serverLock?.release();
    throw error;
  }
}

function lockServer(dataDir: string, lockFile: string) {
  const pidFile = join(dataDir, "server.pid");
  const lock = tryLock(lockFile);
  if (lock === null)
    throw new EmbeddedPostgresError(
      `Another FinTrack server (pid ${readFileSync(pidFile, "utf8").trim()}) is using ${dataDir}. ` +
        "Stop it, or start this one with another DATA_DIR and PORT.",
    );
  writeFileSync(pidFile, `${process.pid}\n`);
  return lock;
}
