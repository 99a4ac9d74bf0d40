import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectionSettings } from "#platform/db/connection";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";

/** A PostgreSQL that the machine has, as somebody else's server: reached over TCP, older than the embedded one. */
export const serverPrograms = "/usr/lib/postgresql/15/bin";
export const hasServerPrograms = existsSync(join(serverPrograms, "postgres"));

export type ServerPostgres = {
  /** As the superuser `postgres`. */
  readonly settings: ConnectionSettings;
  /** PEM file with the server's own certificate, made for the host name "localhost". */
  readonly certificate: string;
  /** Makes a streaming standby of it with pg_basebackup, on a port of its own. */
  standby(): Promise<Omit<ServerPostgres, "standby" | "certificate">>;
  stop(): Promise<void>;
};

/** Makes and starts a server with TLS on a free port of 127.0.0.1. */
export async function startServerPostgres(
  parameters: Readonly<Record<string, string>> = {},
): Promise<ServerPostgres> {
  const directory = mkdtempSync(join(tmpdir(), "ft-server-"));
  const as = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null;
  if (as) chownSync(directory, as.uid, as.gid);
  const data = join(directory, "data");
  const password = "server-password";
  writeFileSync(join(directory, "password"), password);
  run(join(serverPrograms, "initdb"), [
    ...["-D", data, "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"],
    `--pwfile=${join(directory, "password")}`,
  ]);
  const certificate = join(data, "server.crt");
  run("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost", "-out", certificate],
    ...["-keyout", join(data, "server.key")],
  ]);
  const settings = { ssl: "on", listen_addresses: "127.0.0.1", fsync: "off", ...parameters };
  const { port, stop } = await serve(data);
  return {
    certificate,
    settings: settingsAt(port),
    async standby() {
      const copy = join(directory, "standby");
      run(
        join(serverPrograms, "pg_basebackup"),
        [
          "-h",
          "127.0.0.1",
          "-p",
          String(port),
          "-U",
          "postgres",
          "-D",
          copy,
          "-X",
          "stream",
          "-c",
          "fast",
          "-R",
        ],
        { PGPASSWORD: password },
      );
      const served = await serve(copy);
      return { settings: settingsAt(served.port), stop: served.stop };
    },
    async stop() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };

  async function serve(of: string) {
    const port = freePort();
    const child = spawn(
      join(serverPrograms, "postgres"),
      [
        ...["-D", of, "-k", directory, "-p", String(port)],
        ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ],
      { ...(as ?? {}), stdio: "ignore", cwd: directory },
    );
    await eventually("a ready server", () => isReady(of));
    return { port, stop: () => end(child) };
  }

  function settingsAt(port: number): ConnectionSettings {
    return {
      ...{ host: "127.0.0.1", port, user: "postgres", password, database: "postgres" },
      ssl: { mode: "disable", rootCertificatePath: null },
    };
  }

  function run(program: string, args: readonly string[], env: Record<string, string> = {}) {
    const { status, stderr } = spawnSync(program, args, {
      ...{ ...(as ?? {}), cwd: directory, env: { ...process.env, ...env } },
    });
    if (status !== 0) throw new Error(`${program}: ${stderr}`);
  }
}

const isReady = (data: string) => {
  const file = join(data, "postmaster.pid");
  return existsSync(file) && /^ready/m.test(readFileSync(file, "utf8"));
};

const end = (child: ChildProcess) =>
  new Promise<void>((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once("exit", () => done());
    child.kill("SIGINT");
  });
