import { type ChildProcess, spawn } from "node:child_process";
import {
  chownSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { type ConnectionSettings, postgresJsOptions } from "#platform/db/connection";
import { findPostmaster } from "#platform/db/embedded-postmaster";
import { describeCluster } from "#platform/db/embedded-start";
import type { AuditInstallation } from "./audit-installation.ts";
import { eventually } from "./eventually.ts";

const port = 5432;
const startTimeoutMs = 40_000;

export type Standby = Awaited<ReturnType<typeof makeStandby>>;

/**
 * A streaming standby of the installation's PostgreSQL, from a base backup that is taken while it runs. The package has no
 * pg_basebackup: this is what it does (https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP).
 * `syncsSlots`: it keeps copies of the primary's slots that allow it.
 */
export async function makeStandby(
  installation: Pick<AuditInstallation, "dataDir" | "launcher" | "at">,
  { syncsSlots }: { readonly syncsSlots: boolean },
) {
  const { directory: source, binaries, as } = describeCluster(installation.dataDir, {});
  const root = mkdtempSync(join(tmpdir(), "ft-sb-"));
  const [data, sockets] = [join(root, "postgres"), join(root, "s")];
  const primary = sqlOf(installation.launcher("main"));
  await primary`select pg_create_physical_replication_slot('standby', true)`;
  await primary`select pg_backup_start('standby', true)`;
  cpSync(source, data, { recursive: true, preserveTimestamps: true });
  const [stopped] = await primary<{ label: string }[]>`
    select labelfile as label from pg_backup_stop(wait_for_archive => false)`;
  await primary.end();
  rmSync(join(data, "postmaster.pid"), { force: true });
  rmSync(join(data, "pg_replslot"), { recursive: true });
  mkdirSync(join(data, "pg_replslot"), { mode: 0o700 });
  writeFileSync(join(data, "backup_label"), stopped?.label ?? "");
  writeFileSync(join(data, "standby.signal"), "");
  mkdirSync(sockets, { mode: 0o700 });
  if (as) hand(root, as);

  const relay = installation.at("relay", "main");
  const settings = {
    ...{ wal_level: "logical", listen_addresses: "", fsync: "off", hot_standby_feedback: "on" },
    ...{ max_replication_slots: "8", max_wal_senders: "8", primary_slot_name: "standby" },
    primary_conninfo: `host=${relay.host} port=${relay.port} user=${relay.user} password=${relay.password} dbname=main`,
    ...{ wal_retrieve_retry_interval: "200ms", sync_replication_slots: syncsSlots ? "on" : "off" },
  };
  const here = (connection: ConnectionSettings) => ({ ...connection, host: sockets, port });
  const launcher = () => sqlOf(here(installation.launcher("main")));

  /** Again as long as it ends at once: what is left of a killed one holds its memory for a moment. */
  async function start(): Promise<void> {
    let child = launch();
    await eventually(
      "the standby answers",
      () => {
        if (child.exitCode !== null) child = launch();
        return ask("select 1 as one");
      },
      startTimeoutMs,
    );
  }

  function launch(): ChildProcess {
    rmSync(join(data, "postmaster.pid"), { force: true });
    const log = openSync(join(root, "log"), "a");
    const child = spawn(
      binaries.postgres,
      [
        ...["-D", data, "-k", sockets, "-p", String(port)],
        ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ],
      { ...(as ?? {}), cwd: data, stdio: ["ignore", log, log] },
    );
    closeSync(log);
    return child;
  }

  /** What the launcher reads here; undefined while nobody answers. */
  async function ask(query: string): Promise<postgres.Row | undefined> {
    const sql = launcher();
    try {
      return (await sql.unsafe(query))[0];
    } catch {
      return undefined;
    } finally {
      await sql.end();
    }
  }

  await start();
  return {
    /** The same role and database here. */
    here,
    ask,
    start,
    kill: () => killPostgres(data),
    /** Has replayed all that the primary has written. */
    async caughtUp(primary: postgres.Sql): Promise<void> {
      const [row] = await primary`select pg_current_wal_flush_lsn()::text as lsn`;
      await eventually(
        "the standby has caught up",
        async () =>
          (await ask(`select pg_last_wal_replay_lsn() >= '${row?.["lsn"]}' as done`))?.["done"],
      );
    },
    async promote(): Promise<void> {
      const promoted = await eventually("it answers", () => ask("select pg_promote(true) as done"));
      if (promoted["done"] !== true) throw new Error("it was not promoted");
    },
    async close(): Promise<void> {
      killPostgres(data);
      await eventually("it is gone", () => findPostmaster(data) === null);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export function killPostgres(directory: string): void {
  const postmaster = findPostmaster(directory);
  if (postmaster) process.kill(postmaster.pid, "SIGKILL");
}

function hand(root: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  for (const path of [
    root,
    ...new Bun.Glob("**/*").scanSync({ cwd: root, dot: true, onlyFiles: false }),
  ])
    chownSync(path === root ? root : join(root, path), uid, gid);
}

const sqlOf = (connection: ConnectionSettings) =>
  postgres({ ...postgresJsOptions(connection), max: 1, onnotice: () => {} });
