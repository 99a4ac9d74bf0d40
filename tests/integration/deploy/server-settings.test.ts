import { afterAll, beforeAll, expect, test } from "bun:test";
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { YAML } from "bun";
import postgres from "postgres";
import { locateBinaries } from "#platform/db/embedded-binaries";
import { runToEnd, spawnOptions } from "#platform/db/embedded-process";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";

const root = `${import.meta.dir}/../../..`;
const compose = YAML.parse(await Bun.file(`${root}/docker-compose.yml`).text()) as {
  services: Record<string, { command: string[]; volumes: string[] }>;
};
const runbook = await Bun.file(`${root}/docs/runbook.md`).text();
const isRoot = process.getuid?.() === 0;
const as = isRoot ? { uid: 65_534, gid: 65_534 } : null;
const directory = mkdtempSync(join(tmpdir(), "fintrack-settings-"));
const port = freePort();

/** What the compose file mounts at a path inside the container, lent to whoever PostgreSQL runs as. */
function mounted(service: string, inside: string): string {
  const volume = compose.services[service]?.volumes.find((one) => one.includes(`:${inside}`));
  const copy = join(directory, `${service}.conf`);
  copyFileSync(join(root, volume?.split(":")[0] ?? inside), copy);
  chmodSync(copy, 0o644);
  return copy;
}

/** The compose file's own command, the path of its mounted file and the port apart. */
function start(service: string, data: string): ChildProcess {
  const [, ...args] = compose.services[service]?.command ?? [];
  const here = args.map((arg) =>
    arg.replace(/\/etc\/postgresql\/\S+/, (inside) => mounted(service, inside)),
  );
  return spawn(
    locateBinaries(isRoot).postgres,
    ["-D", data, "-k", directory, "-p", String(port), ...here, "-c", "listen_addresses="],
    { ...spawnOptions(as, data), stdio: "ignore" },
  );
}

async function withServer(service: string, work: (sql: postgres.Sql) => Promise<void>) {
  const data = join(directory, "data");
  const server = start(service, data);
  const ended = new Promise((resolve) => server.once("close", resolve));
  const sql = postgres({ host: directory, port, user: "postgres", max: 1, onnotice: () => {} });
  try {
    await eventually("a server", () =>
      sql`select 1`.then(
        () => true,
        () => server.exitCode !== null,
      ),
    );
    await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
    server.kill("SIGINT");
    await ended;
  }
}
const shown = async (sql: postgres.Sql, name: string) =>
  (await sql.unsafe(`show ${name}`))[0]?.[name];

beforeAll(async () => {
  if (as) chownSync(directory, as.uid, as.gid);
  const data = join(directory, "data");
  mkdirSync(data, { mode: 0o700 });
  if (as) chownSync(data, as.uid, as.gid);
  const args = ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--locale=C"];
  await runToEnd(locateBinaries(isRoot).initdb, args, { as, directory, timeoutMs: 60_000 });
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("MainDB starts as docker-compose.yml says, and the runbook can give the trail more room", async () => {
  const [, entry = ""] = runbook.split("### AuditSlotFull");
  const [, setRoom = ""] =
    /-c "(alter system set\s+max_slot_wal_keep_size[^"]+)"/.exec(entry) ?? [];
  const [, room = ""] = /= '([^']+)'/.exec(setRoom) ?? [];
  expect(room).toMatch(/^\d+GB$/);
  await withServer("postgres-main", async (sql) => {
    expect(await shown(sql, "wal_level")).toBe("logical");
    expect(await shown(sql, "max_connections")).toBe("200");
    expect(await shown(sql, "max_slot_wal_keep_size")).toBe("8GB");
    await sql.unsafe(setRoom);
    await sql`select pg_reload_conf()`;
    await eventually(
      "the new bound holds",
      async () => (await shown(sql, "max_slot_wal_keep_size")) === room,
      10_000,
    );
  });
  // It also outlives a new container.
  await withServer("postgres-main", async (sql) => {
    expect(await shown(sql, "max_slot_wal_keep_size")).toBe(room);
    await sql.unsafe("alter system reset max_slot_wal_keep_size");
  });
}, 60_000);

test("LogDB starts as docker-compose.yml says", async () => {
  await withServer("postgres-log", async (sql) => {
    expect(await shown(sql, "max_connections")).toBe("100");
    expect(await shown(sql, "shared_buffers")).toBe("256MB");
    expect(await shown(sql, "data_checksums")).toBe("on");
  });
}, 60_000);
