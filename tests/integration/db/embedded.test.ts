import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import postgres from "postgres";
import { connectionUrl, parseConnection, postgresJsOptions } from "#platform/db/connection";
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  openEmbeddedPostgres,
} from "#platform/db/embedded";
import { findPostmaster } from "#platform/db/embedded-postmaster";
import { isOpenToOthers, runsByPs } from "#platform/db/embedded-process";

const isRoot = process.getuid?.() === 0;
const onLinux = process.platform === "linux";
/** Another user can run the tests' own code only where the checkout and Bun are open to others. */
const othersCanRunUs =
  isRoot && onLinux && isOpenToOthers(import.meta.dir) && isOpenToOthers(process.execPath);
/** "daemon": initdb asks /etc/passwd for the user's name. */
const strangerUid = 1;

/** A killed process loses nothing that it has given to the kernel; syncing is for power cuts, and slow. */
const unsynced = { fsync: "off" };

const base = mkdtempSync(join(tmpdir(), "ft-embedded-"));
const opened: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];
let pristine = "";
let directories = 0;

beforeAll(async () => {
  pristine = join(base, "pristine");
  const first = await open(pristine, "server");
  await first.close();
}, 60_000);

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(opened.map((one) => one.close().catch(() => {})));
  for (const name of readdirSync(base)) {
    const found = existsSync(join(base, name, "postgres")) && postmasterOf(join(base, name));
    if (found) process.kill(found.pid, "SIGQUIT");
  }
  // Some thirty clusters: on a busy disk they take their time.
  rmSync(base, { recursive: true, force: true });
}, 180_000);

async function open(
  dataDir: string,
  mode: "server" | "command",
  rest: Partial<EmbeddedPostgresOptions> = {},
): Promise<EmbeddedPostgres> {
  const log = { info: () => {}, warn: () => {} };
  const one = await openEmbeddedPostgres({ dataDir, mode, log, settings: unsynced, ...rest });
  opened.push(one);
  return one;
}

/** A data directory with a cluster that was closed properly. */
function preparedDirectory(path = join(base, `data-${++directories}`)): string {
  const { status } = spawnSync("cp", ["-a", pristine, path]);
  expect(status).toBe(0);
  return path;
}

const postmasterOf = (dataDir: string) => findPostmaster(join(dataDir, "postgres"));

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const sql = postgres({ ...postgresJsOptions(parseConnection(url)), max: 1, onnotice() {} });
  try {
    return await sql.unsafe<Row[]>(text);
  } finally {
    await sql.end();
  }
}

const failureOf = (url: string, text: string): Promise<string> =>
  query(url, text).then(
    () => "no failure",
    (error) => error.code,
  );

const messageOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "no failure",
    (error) => error.message,
  );

type ChildAnswer = { origin?: string; url?: string; error?: string };

/** Opens the data directory in another process; resolves when that has said how it went. */
async function openInChild(dataDir: string, mode: string, as: { uid?: number; gid?: number } = {}) {
  const child = spawn(
    process.execPath,
    [join(import.meta.dir, "embedded-child.ts"), dataDir, mode],
    {
      stdio: ["ignore", "pipe", "inherit"],
      cwd: resolve(import.meta.dir, "../../.."),
      ...as,
    },
  );
  children.push(child);
  const line = await new Promise<string>((done, failed) => {
    child.stdout?.once("data", (chunk) => done(String(chunk)));
    child.once("exit", (code) => failed(new Error(`the child ended with ${code}`)));
  });
  return { child, answer: JSON.parse(line) as ChildAnswer };
}

const ended = (child: ChildProcess) =>
  new Promise<void>((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once("exit", () => done());
  });

async function eventually<T>(look: () => Promise<T> | T, timeoutMs = 10_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await Bun.sleep(20);
    }
  }
}

describe("a first start", () => {
  let server: EmbeddedPostgres;
  beforeAll(async () => {
    server = await open(preparedDirectory(), "server", { settings: {} });
  });
  afterAll(() => server.close());

  test("runs PostgreSQL 18 with logical WAL, checksums, UTF-8 and no network port", async () => {
    const [row] = await query(
      server.url("app", "main"),
      `select current_setting('server_version_num')::int / 10000 as major, current_setting('wal_level') as wal,
        current_setting('data_checksums') as checksums, current_setting('listen_addresses') as addresses,
        current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
        (select datlocprovider::text || ' ' || datlocale from pg_database where datname = 'main') as locale`,
    );
    expect(row).toEqual({
      major: 18,
      wal: "logical",
      checksums: "on",
      addresses: "",
      encoding: "UTF8",
      fsync: "on",
      locale: "b C.UTF-8",
    });
  });

  test("makes roles without rights beyond their task", async () => {
    const rows = await query<{ name: string }>(
      server.url("owner", "main"),
      `select rolname as name, rolsuper as super, rolcreaterole or rolcreatedb or rolbypassrls as creates,
        rolreplication as replicates from pg_roles where rolname like 'fintrack%' order by 1`,
    );
    const ordinary = { super: false, creates: false, replicates: false };
    expect([...rows]).toEqual([
      { name: "fintrack_app", ...ordinary },
      { name: "fintrack_launcher", super: true, creates: true, replicates: true } as never,
      { name: "fintrack_owner", ...ordinary },
      { name: "fintrack_reader", ...ordinary },
      { name: "fintrack_relay", ...ordinary, replicates: true } as never,
    ]);
  });

  test.each(["main", "log"] as const)("lets only the owner make tables in %s", async (database) => {
    const owner = server.url("owner", database);
    await query(
      owner,
      "create schema probe; create table probe.t (id int); drop schema probe cascade",
    );
    for (const role of ["app", "relay", "reader"] as const) {
      const url = server.url(role, database);
      const ddl = [
        "create schema s",
        "create table public.t (id int)",
        "create temp table t (id int)",
      ];
      for (const statement of ddl)
        expect([role, statement, await failureOf(url, statement)]).toEqual([
          role,
          statement,
          role === "reader" ? "25006" : "42501",
        ]);
    }
  });

  test("lets owner and app emit audit messages, and nobody else, in either form", async () => {
    for (const content of ["'text'", "'\\x00'::bytea"]) {
      const emit = `select pg_logical_emit_message(true, 'audit', ${content})`;
      expect(await failureOf(server.url("owner", "main"), emit)).toBe("no failure");
      expect(await failureOf(server.url("app", "main"), emit)).toBe("no failure");
      expect(await failureOf(server.url("relay", "main"), emit)).toBe("42501");
      expect(await failureOf(server.url("reader", "main"), emit)).toBe("42501");
    }
  });

  test("asks for a password, and keeps all of them from other users", async () => {
    const { password, ...rest } = parseConnection(server.url("app", "main"));
    expect(password?.length).toBeGreaterThan(20);
    const wrong = connectionUrl({ ...rest, password: "guess" });
    expect(await failureOf(wrong, "select 1")).toBe("28P01");
    const keys = join(server.logFile, "..", "keys");
    expect(statSync(keys).mode & 0o777).toBe(0o700);
    expect(statSync(join(keys, "postgres.json")).mode & 0o777).toBe(0o600);
    expect(statSync(rest.host).mode & 0o777).toBe(0o700);
  });

  test("closes the databases that nobody needs", async () => {
    const at = (database: string) =>
      connectionUrl({ ...parseConnection(server.url("app", "main")), database });
    expect(await failureOf(at("postgres"), "select 1")).toBe("42501");
    expect(await failureOf(at("template1"), "select 1")).toBe("42501");
  });

  test.if(onLinux)("hands nothing of our environment to PostgreSQL", () => {
    const pid = postmasterOf(join(server.logFile, ".."))?.pid;
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
    expect(environment.map((pair) => pair.split("=")[0]).sort()).not.toContain("PATH");
  });

  test.if(onLinux)("is out of reach of the terminal's Ctrl-C", () => {
    const sessionOf = (pid: number) =>
      readFileSync(`/proc/${pid}/stat`, "utf8").replace(/.*\) /, "").split(" ")[3];
    const pid = postmasterOf(join(server.logFile, ".."))?.pid ?? 0;
    expect(sessionOf(pid)).not.toBe(sessionOf(process.pid));
  });

  test.if(isRoot && onLinux)("does not run as root", () => {
    const pid = postmasterOf(join(server.logFile, ".."))?.pid;
    expect(statSync(`/proc/${pid}`).uid).toBe(65_534);
  });
});

describe("starting again", () => {
  test("finds what was written before", async () => {
    const dataDir = preparedDirectory();
    const first = await open(dataDir, "server");
    await query(first.url("owner", "main"), "create table kept as select 42 as answer");
    await first.close();
    expect(postmasterOf(dataDir)).toBeNull();
    const second = await open(dataDir, "server");
    expect(second.origin).toBe("launched");
    expect(await query<object>(second.url("owner", "main"), "select * from kept")).toHaveLength(1);
    await second.close();
  });

  test("attaches to the PostgreSQL that a killed server left running, and ends it", async () => {
    const dataDir = preparedDirectory();
    const { child, answer } = await openInChild(dataDir, "server");
    expect(answer.origin).toBe("launched");
    const before = postmasterOf(dataDir)?.pid;
    child.kill("SIGKILL");
    await ended(child);
    const next = await open(dataDir, "server");
    expect(next.origin).toBe("attached");
    expect(postmasterOf(dataDir)?.pid).toBe(before);
    await next.close();
    expect(postmasterOf(dataDir)).toBeNull();
  });

  test("recovers every acknowledged row after kill -9 of server and PostgreSQL", async () => {
    const dataDir = preparedDirectory();
    const { child, answer } = await openInChild(dataDir, "server");
    const sql = postgres({ ...postgresJsOptions(parseConnection(answer.url ?? "")), max: 4 });
    await sql`create table acknowledged (id int primary key)`;
    let id = 0;
    const written: number[] = [];
    const writers = Array.from({ length: 4 }, async () => {
      for (;;) {
        const [row] = await sql<{ id: number }[]>`
          insert into acknowledged values (${++id}) returning id`;
        written.push(row?.id ?? 0);
      }
    });
    await eventually(() => expect(written.length).toBeGreaterThan(200));
    const postmaster = postmasterOf(dataDir)?.pid ?? 0;
    child.kill("SIGKILL");
    process.kill(postmaster, "SIGKILL");
    await Promise.allSettled(writers);
    await sql.end({ timeout: 1 });
    await ended(child);

    const next = await open(dataDir, "server");
    expect(next.origin).toBe("launched");
    const rows = await query<{ id: number }>(
      next.url("owner", "main"),
      "select * from acknowledged",
    );
    const found = new Set(rows.map((row) => row.id));
    expect(written.filter((one) => !found.has(one))).toEqual([]);
    await next.close();
  }, 20_000);

  test("waits for the queries that outlive a killed PostgreSQL", async () => {
    const dataDir = preparedDirectory();
    const { child, answer } = await openInChild(dataDir, "server");
    const sql = postgres({ ...postgresJsOptions(parseConnection(answer.url ?? "")), max: 2 });
    const busy = sql`select count(*) from generate_series(1, 1000000000)`.then(
      () => "finished",
      (error) => error.code,
    );
    const backend = await eventually(async () => {
      const [row] = await sql<{ pid: number }[]>`
        select pid from pg_stat_activity where query like '%generate_series%' and pid <> pg_backend_pid()`;
      return row?.pid ?? Promise.reject(new Error("not there yet"));
    });
    const postmaster = postmasterOf(dataDir)?.pid ?? 0;
    child.kill("SIGKILL");
    process.kill(postmaster, "SIGKILL");
    await ended(child);
    const opening = open(dataDir, "server");
    const early = await Promise.race([opening, Bun.sleep(700)]);
    expect(early).toBeUndefined();
    process.kill(backend, "SIGKILL");
    const next = await opening;
    expect(next.origin).toBe("launched");
    expect(await busy).toBe("CONNECTION_CLOSED");
    await sql.end({ timeout: 1 });
    await next.close();
  }, 20_000);

  test("a running server starts a PostgreSQL that died again, under the same address", async () => {
    const dataDir = preparedDirectory();
    const warnings: string[] = [];
    const log = { info: () => {}, warn: (message: string) => void warnings.push(message) };
    const server = await open(dataDir, "server", { log });
    const url = server.url("app", "main");
    const died = postmasterOf(dataDir)?.pid ?? 0;
    process.kill(died, "SIGKILL");
    await eventually(async () => {
      expect(postmasterOf(dataDir)?.pid ?? died).not.toBe(died);
      expect(await query(url, "select 1")).toHaveLength(1);
    });
    expect(warnings).toEqual(["PostgreSQL has died; starting it again"]);
    await server.close();
    expect(postmasterOf(dataDir)).toBeNull();
  }, 20_000);

  // PostgreSQL itself sees through a pid of another user, so the pids below belong to its own.
  const asCluster = isRoot ? { uid: 65_534, gid: 65_534 } : {};

  test("is not misled by a pid that another program has got since", async () => {
    const dataDir = preparedDirectory();
    const other = spawn("sleep", ["30"], { ...asCluster, cwd: "/", stdio: "ignore" });
    children.push(other);
    writePidFile(dataDir, other.pid ?? 0);
    const server = await open(dataDir, "server");
    expect(server.origin).toBe("launched");
    await server.close();
    other.kill();
  });

  test("is not misled by a dead PostgreSQL that nobody has reaped", async () => {
    const dataDir = preparedDirectory();
    const program = mkdtempSync(join("/tmp", "ft-zombie-"));
    chmodSync(program, 0o755);
    symlinkSync("/bin/sleep", join(program, "postgres"));
    // The shell starts it, becomes a program that never asks for its end, and lets it end.
    const script = `${program}/postgres 0.05 & echo $!; exec sleep 30`;
    const parent = spawn("sh", ["-c", script], { ...asCluster, cwd: "/" });
    children.push(parent);
    const pid = await new Promise<number>((done) =>
      parent.stdout.once("data", (text) => done(Number(text))),
    );
    await eventually(() => {
      const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)]);
      expect(String(stdout)).toStartWith("Z");
    });
    writePidFile(dataDir, pid);
    const server = await open(dataDir, "server");
    expect(server.origin).toBe("launched");
    await server.close();
    parent.kill();
    rmSync(program, { recursive: true });
  });

  test("starts anew when the socket of a running PostgreSQL has been removed", async () => {
    const dataDir = preparedDirectory();
    const { child, answer } = await openInChild(dataDir, "server");
    const before = postmasterOf(dataDir)?.pid;
    child.kill("SIGKILL");
    await ended(child);
    rmSync(parseConnection(answer.url ?? "").host, { recursive: true });
    const next = await open(dataDir, "server");
    expect(next.origin).toBe("launched");
    expect(postmasterOf(dataDir)?.pid).not.toBe(before);
    await next.close();
  });

  function writePidFile(dataDir: string, pid: number) {
    const lines = [pid, "/nowhere", "1700000000", "5432", "/nowhere", "", "1 1", "ready"];
    const file = join(dataDir, "postgres", "postmaster.pid");
    writeFileSync(file, `${lines.join("\n")}\n`);
    const { uid, gid } = statSync(join(dataDir, "postgres"));
    chownSync(file, uid, gid);
  }
});

describe("one data directory", () => {
  test("refuses a second server and names the first", async () => {
    const dataDir = preparedDirectory();
    const { child } = await openInChild(dataDir, "server");
    const refusal = await messageOf(open(dataDir, "server"));
    expect(refusal).toContain(`Another FinTrack server (pid ${child.pid})`);
    expect(refusal).toContain(dataDir);
    expect(postmasterOf(dataDir)?.status).toBe("ready");
    child.kill("SIGTERM");
    await ended(child);
    expect(postmasterOf(dataDir)).toBeNull();
    const next = await open(dataDir, "server");
    await next.close();
  });

  test("lets a command use the PostgreSQL of a running server and leaves it alone", async () => {
    const dataDir = preparedDirectory();
    const server = await open(dataDir, "server");
    const { child, answer } = await openInChild(dataDir, "command");
    expect(answer.origin).toBe("attached");
    expect(await query(answer.url ?? "", "select 1")).toHaveLength(1);
    child.kill("SIGTERM");
    await ended(child);
    expect(postmasterOf(dataDir)?.status).toBe("ready");
    await server.close();
  });

  test("does not let a command start a PostgreSQL beside a server whose own is out of sight", async () => {
    const dataDir = preparedDirectory();
    const server = await open(dataDir, "server");
    const hidden = join(dataDir, "postgres", "postmaster.pid");
    copyFileSync(hidden, `${hidden}.kept`);
    rmSync(hidden);
    const { answer } = await openInChild(dataDir, "command");
    expect(answer.error).toContain("does not answer from here");
    await server.close().catch(() => {});
    expect(existsSync(`${hidden}.kept`)).toBe(true);
  });

  test("is left as it was found by a command that came alone", async () => {
    const dataDir = preparedDirectory();
    const command = await open(dataDir, "command");
    expect(command.origin).toBe("launched");
    await command.close();
    expect(postmasterOf(dataDir)).toBeNull();
  });

  test("keeps its PostgreSQL when a command ends that started it for others too", async () => {
    const dataDir = preparedDirectory();
    const command = await open(dataDir, "command");
    const other = postgres({
      ...postgresJsOptions(parseConnection(command.url("app", "main"))),
      max: 1,
    });
    await other`select 1`;
    await command.close();
    expect(await other`select 1`).toHaveLength(1);
    await other.end();
    const server = await open(dataDir, "server");
    expect(server.origin).toBe("attached");
    await server.close();
  });

  test("is opened by several commands at the same moment", async () => {
    const dataDir = preparedDirectory();
    const all = await Promise.all([1, 2, 3].map(() => openInChild(dataDir, "command")));
    const origins = all.map(({ answer }) => answer.origin).sort();
    expect(origins).toEqual(["attached", "attached", "launched"]);
    for (const { child } of all) child.kill("SIGTERM");
    await Promise.all(all.map(({ child }) => ended(child)));
  }, 20_000);

  test("may have a path longer than a socket's, below a directory closed to others", async () => {
    const parent = join(base, "closed", "x".repeat(120));
    mkdirSync(parent, { recursive: true });
    chmodSync(join(base, "closed"), 0o700);
    const server = await open(preparedDirectory(join(parent, "data")), "server");
    expect(await query(server.url("app", "log"), "select 1")).toHaveLength(1);
    await server.close();
  });

  test("written by another major release is refused, unchanged, with the way out", async () => {
    const dataDir = preparedDirectory();
    const version = join(dataDir, "postgres", "PG_VERSION");
    writeFileSync(version, "17\n");
    const refusal = await messageOf(open(dataDir, "server"));
    expect(refusal).toContain("was written by PostgreSQL 17");
    expect(refusal).toContain("db:restore <directory>");
    expect(readFileSync(version, "utf8")).toBe("17\n");
    expect(await messageOf(open(dataDir, "server"))).toBe(refusal); // and the lock was given back
  });

  test("recovers from a first start that died in the middle of it", async () => {
    const dataDir = join(base, `data-${++directories}`);
    mkdirSync(join(dataDir, "postgres.new-abc", "base"), { recursive: true });
    writeFileSync(join(dataDir, "postgres.new-abc", "PG_VERSION"), "18\n");
    const server = await open(dataDir, "server");
    expect(await query(server.url("app", "main"), "select 1")).toHaveLength(1);
    expect(readdirSync(dataDir).filter((name) => name.includes(".new"))).toEqual([]);
    await server.close();
  }, 20_000);

  test("finishes roles and databases that a first start did not get to", async () => {
    const dataDir = preparedDirectory();
    const first = await open(dataDir, "server");
    const launcher = launcherUrl(dataDir, first);
    await query(launcher, "drop database log");
    await query(launcher, "drop owned by fintrack_reader");
    await query(launcher, "revoke all on database main from fintrack_reader");
    await query(launcher, "drop role fintrack_reader");
    await query(launcher, "alter role fintrack_app superuser");
    await query(launcher, "grant all on database main to public");
    await first.close();
    const second = await open(dataDir, "server");
    expect(await query(second.url("reader", "log"), "select 1")).toHaveLength(1);
    expect(await failureOf(second.url("app", "main"), "create schema s")).toBe("42501");
    await second.close();
  });
});

describe("passwords", () => {
  const passwordFile = (dataDir: string) => join(dataDir, "keys", "postgres.json");

  test("that were lost are made anew, while PostgreSQL runs or not", async () => {
    const dataDir = preparedDirectory();
    rmSync(join(dataDir, "keys"), { recursive: true });
    const { child, answer } = await openInChild(dataDir, "server");
    expect(await query(answer.url ?? "", "select 1")).toHaveLength(1);
    child.kill("SIGKILL");
    await ended(child);
    rmSync(passwordFile(dataDir));
    const next = await open(dataDir, "server");
    expect(next.origin).toBe("launched");
    expect(await query(next.url("owner", "main"), "select 1")).toHaveLength(1);
    expect(await failureOf(answer.url ?? "", "select 1")).toBe("28P01");
    await next.close();
  });

  test("of roles follow the file", async () => {
    const dataDir = preparedDirectory();
    const first = await open(dataDir, "server");
    await query(launcherUrl(dataDir, first), "alter role fintrack_app password 'other' nologin");
    expect(await failureOf(first.url("app", "main"), "select 1")).toBe("28P01");
    await first.close();
    const second = await open(dataDir, "server");
    expect(await query(second.url("app", "main"), "select 1")).toHaveLength(1);
    await second.close();
  });

  test("in a file that is no JSON are named, not overwritten", async () => {
    const dataDir = preparedDirectory();
    writeFileSync(passwordFile(dataDir), "{");
    expect(await messageOf(open(dataDir, "server"))).toContain(passwordFile(dataDir));
    expect(readFileSync(passwordFile(dataDir), "utf8")).toBe("{");
  });
});

function launcherUrl(dataDir: string, running: EmbeddedPostgres): string {
  const passwords = JSON.parse(readFileSync(join(dataDir, "keys", "postgres.json"), "utf8"));
  return connectionUrl({
    ...parseConnection(running.url("owner", "main")),
    user: "fintrack_launcher",
    password: passwords.fintrack_launcher,
    database: "postgres",
  });
}

describe("other users of the machine", () => {
  /** As somebody would find it who looks while the server runs, and make it when it does not. */
  async function socketDirectoryOf(dataDir: string): Promise<string> {
    const server = await open(dataDir, "server");
    const { host } = parseConnection(server.url("app", "main"));
    await server.close();
    expect(existsSync(host)).toBe(false);
    mkdirSync(host, { mode: 0o700 });
    return host;
  }

  test("cannot plant the socket in a directory that they may enter", async () => {
    const dataDir = preparedDirectory();
    const host = await socketDirectoryOf(dataDir);
    chmodSync(host, 0o777);
    expect(await messageOf(open(dataDir, "server"))).toContain("somebody else may have made it");
    rmSync(host, { recursive: true });
  });

  test.if(isRoot)("cannot plant the socket in a directory of their own", async () => {
    const dataDir = preparedDirectory();
    const host = await socketDirectoryOf(dataDir);
    chownSync(host, strangerUid, strangerUid);
    expect(await messageOf(open(dataDir, "server"))).toContain("somebody else may have made it");
    rmSync(host, { recursive: true });
  });

  test.if(othersCanRunUs)(
    "run it as themselves, and root then runs it as them",
    async () => {
      const home = mkdtempSync(join("/tmp", "ft-user-"));
      chownSync(home, strangerUid, strangerUid);
      const dataDir = join(home, "data");
      const { child, answer } = await openInChild(dataDir, "server", {
        uid: strangerUid,
        gid: strangerUid,
      });
      expect(answer).toMatchObject({ origin: "launched" });
      expect(statSync(`/proc/${postmasterOf(dataDir)?.pid}`).uid).toBe(strangerUid);
      child.kill("SIGTERM");
      await ended(child);
      const server = await open(dataDir, "server");
      expect(statSync(`/proc/${postmasterOf(dataDir)?.pid}`).uid).toBe(strangerUid);
      await server.close();
      rmSync(home, { recursive: true });
    },
    20_000,
  );

  test.if(othersCanRunUs)("are told when the cluster is not theirs", async () => {
    const dataDir = preparedDirectory();
    chmodSync(base, 0o755);
    spawnSync("chown", ["-R", `${strangerUid}`, dataDir]);
    spawnSync("chown", ["65534", join(dataDir, "postgres")]);
    const { answer } = await openInChild(dataDir, "server", { uid: strangerUid, gid: strangerUid });
    chmodSync(base, 0o700);
    expect(answer.error).toContain("belongs to user 65534");
  });
});

test.if(onLinux)("ps tells a running PostgreSQL as well as /proc does", async () => {
  const dataDir = join("/proc/self/cwd");
  const server = await open(preparedDirectory(), "server");
  const directory = join(server.logFile, "..", "postgres");
  const pid = findPostmaster(directory)?.pid ?? 0;
  expect(runsByPs(pid, isRoot ? dataDir : directory)).toBe(true);
  expect(runsByPs(pid, "/another/directory")).toBe(false);
  await server.close();
  expect(runsByPs(pid, directory)).toBe(false);
});
