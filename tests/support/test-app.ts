import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { runCommand } from "#platform/command-line";
import { loadConfig } from "#platform/config";
import { type OpenDatabase, openDatabase } from "#platform/db/client";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { startServer } from "#platform/http/server";
import { openJobs } from "#platform/jobs/job-runner";
import { migrateJobs } from "#platform/jobs/migrate-jobs";
import { createJobRegistry, type JobRegistry } from "#platform/jobs/registry";
import type { Clock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { addSeconds, type Instant, parseInstant } from "#platform/kernel/time";
import { type Keyring, openKeyring } from "#platform/keyring/keyring";
import { createJobObserver } from "#platform/observability/job-observer";
import { createMetrics } from "#platform/observability/metrics";
import { openStorage, type Storage } from "#platform/storage/open-storage";
import { systemIds } from "#platform/system";
import { type App, buildApp } from "../../src/app.ts";
import type { FakeRateProviders } from "./fake-rate-providers.ts";
import { type LogLine, recordLog } from "./log-lines.ts";
import { type MailServer, openMailServer } from "./mail-server.ts";
import { createSeenSecrets } from "./seen-secrets.ts";
import { createSentMails, type SentMails } from "./sent-mails.ts";
import { type ClonedDatabase, cloneDatabase } from "./test-database.ts";
import { testRoleNames } from "./test-templates.ts";
import { createTypedTerminal, type TypedTerminal } from "./typed-terminal.ts";

/** Far more than anything takes. */
const patientMs = 25_000;
/** The day after the rates that ship with the application. */
const defaultStart = "2026-09-18T12:00:00.000Z";

/** Time stands still until the test moves it. */
export type TestClock = Clock & { set(at: string): void; advance(seconds: number): void };

export type TestDatabases = { readonly main: ClonedDatabase; readonly log: ClonedDatabase };

/** What a client got. `body` is the parsed JSON, or null when there is none. */
export type Answer<T> = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
};

export type TestAppOptions = {
  readonly clock?: TestClock;
  /** Variables as for a server; they win over the ones of the test. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Rates are fetched from these, whenever the test runs the job; without them nothing is ever fetched. */
  readonly providers?: FakeRateProviders;
  /** Instead of directories below DATA_DIR, which it is given. */
  readonly storage?: (dataDir: string) => Storage;
  /** Those of another app: a second node of one installation. They stay when this app is closed. */
  readonly databases?: TestDatabases;
  /** Mails go to that of another app, which stays when this app is closed. Without it the app has one of its own. */
  readonly mailServer?: MailServer;
  /** False: as a command runs it, without warm caches, LISTEN and seed. */
  readonly started?: boolean;
  /** After which somebody is told that the machine is busy, or that he cannot be put on record; 25 s. */
  readonly waitMs?: number;
  /** Opens MainDB instead of the real one. */
  readonly openMain?: typeof openDatabase;
};

export type TestApp = {
  readonly url: string;
  readonly clock: TestClock;
  readonly app: App;
  readonly registry: JobRegistry;
  readonly databases: TestDatabases;
  /** DATA_DIR. */
  readonly dataDir: string;
  /** MainDB as the application sees it. */
  readonly db: OpenDatabase;
  /** The application's own keys. */
  readonly keyring: Keyring;
  /** MainDB as its owner, for looking into tables. */
  readonly sql: postgres.Sql;
  /** Every request comes from a client address of its own, unless `x-forwarded-for` says otherwise. */
  request<T = unknown>(path: string, init?: RequestInit): Promise<Answer<T>>;
  get<T = unknown>(path: string): Promise<Answer<T>>;
  post<T = unknown>(path: string, body: unknown): Promise<Answer<T>>;
  /** What was mailed. */
  readonly mails: SentMails;
  /** Runs a job once, here and now. */
  runJob(name: string, payload?: object, signal?: AbortSignal): Promise<void>;
  /** Where commands ask. */
  readonly terminal: TypedTerminal;
  /** Runs a command as `bun src/main.ts <name> ...args` would. */
  runCommand(name: string, ...args: readonly string[]): Promise<{ code: number; lines: string[] }>;
  /** The value of a metric; 0 when it was never counted. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  logLines(): LogLine[];
  close(): Promise<void>;
};

export function createTestClock(start: string = defaultStart): TestClock {
  let now: Instant = parseInstant(start);
  return {
    now: () => now,
    set(at) {
      now = parseInstant(at);
    },
    advance(seconds) {
      now = addSeconds(now, seconds);
    },
  };
}

/** The real application on a database of its own, behind a real socket. Close it in `afterAll`. */
export async function openTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { clock = createTestClock(), providers } = options;
  const dataDir = mkdtempSync(join(tmpdir(), "fintrack-app-"));
  const mailServer = options.mailServer ?? (await openMailServer());
  const databases = options.databases ?? (await cloneDatabases());
  const [owner, appUser] = [databases.main.ownerUrl, databases.main.appUrl].map(parseConnection);
  if (!owner || !appUser) throw new Error("a database has no address");

  // The address must be known before the configuration that states it.
  let listener: App["listener"] = () => new Response(null, { status: 503 });
  const server = startServer({
    listener: (request, self) => listener(request, self),
    ...{ host: "127.0.0.1", port: 0, shutdownSeconds: 2 },
  });
  const config = loadConfig({
    PUBLIC_URL: server.url,
    DATA_DIR: dataDir,
    DATABASE_URL: databases.main.appUrl,
    LOG_DATABASE_URL: databases.log.appUrl,
    TRUSTED_PROXIES: "127.0.0.1",
    SMTP_URL: mailServer.url,
    RATES_REFRESH: providers ? "on" : "off",
    ...providers?.environment,
    ...options.environment,
  });
  const { logger, lines } = recordLog(config.logLevel);
  const metrics = createMetrics();
  const keyring = openKeyring(config.keyring, { clock });
  const common = { keyring, clock, processId: systemIds.next(), poolSize: config.databasePoolSize };
  const openMain = options.openMain ?? openDatabase;
  const db = openMain({ ...common, connection: appUser });
  const logDb = openDatabase({ ...common, connection: parseConnection(databases.log.appUrl) });
  const registry = createJobRegistry();
  const jobs = openJobs({
    connection: appUser,
    role: "api",
    registry,
    observer: createJobObserver({ logger, metrics }),
    ...{ logger, clock },
  });
  const app = await buildApp({
    ...{ config, clock, ids: systemIds, keyring, logger, metrics, db, logDb, jobs, registry },
    fetch: globalThis.fetch,
    waitMs: options.waitMs ?? patientMs,
    storage: options.storage?.(dataDir) ?? openStorage({ config, ids: systemIds, logger }),
  });
  listener = app.listener;
  const sql = postgres({ ...postgresJsOptions(owner), max: 1, onnotice: () => {} });
  await migrateJobs(sql, registry.queues(), testRoleNames.app);
  if (options.started !== false) await app.start();

  const terminal = createTypedTerminal({ isInteractive: true });
  const secrets = createSeenSecrets();
  let clients = 0;
  async function request<T>(path: string, init: RequestInit = {}): Promise<Answer<T>> {
    const headers = new Headers(init.headers);
    clients += 1;
    if (!headers.has("x-forwarded-for"))
      headers.set(
        "x-forwarded-for",
        `10.${clients >> 16}.${(clients >> 8) & 255}.${clients & 255}`,
      );
    if (typeof init.body === "string") secrets.noteJson(init.body);
    const response = await fetch(`${server.url}${path}`, { ...init, headers });
    const text = await response.text();
    if (response.ok) secrets.noteJson(text);
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson && text !== "" ? JSON.parse(text) : null) as T,
    };
  }

  return {
    url: server.url,
    ...{ clock, app, registry, databases, dataDir, db, keyring, sql, request },
    mails: createSentMails({ server: mailServer, connection: appUser, registry }),
    get: (path) => request(path),
    post: (path, body) =>
      request(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    async runJob(name, payload = {}, signal = new AbortController().signal) {
      const ctx = systemContext(`job:${name}`, systemIds.next());
      await registry.queue(name).run(ctx, payload, signal);
    },
    async runCommand(name, ...args) {
      const command = app.commands.find((candidate) => candidate.name === name);
      if (!command) throw new Error(`no command is named ${name}`);
      const printed: string[] = [];
      const ctx = systemContext(`command:${name}`, systemIds.next());
      const print = (line: string) => void printed.push(line);
      const code = await runCommand(command, { ctx, args, print, terminal });
      return { code, lines: printed };
    },
    async metric(name, labels = {}) {
      const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      const samples = (await metrics.exposition())
        .split("\n")
        .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
        .filter((line) => wanted.every((label) => line.includes(label)));
      return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
    },
    terminal,
    logLines: lines,
    async close() {
      await server.stop();
      await app.stop();
      await jobs.stop(1_000);
      await Promise.all([db.close(), logDb.close(), sql.end()]);
      if (!options.databases) await closeDatabases(databases);
      if (!options.mailServer) await mailServer.close();
      rmSync(dataDir, { recursive: true, force: true });
      // Whatever a file tests: nothing that opened anything may have been logged. The outbox alone tells codes.
      if (
        config.mail.smtp !== null &&
        secrets.linesWith(lines().map((line) => JSON.stringify(line))).length > 0
      )
        throw new Error("a log line holds a password, a code or a token");
    },
  };
}

export async function cloneDatabases(): Promise<TestDatabases> {
  const [main, log] = await Promise.all([cloneDatabase("main"), cloneDatabase("log")]);
  return { main, log };
}

export async function closeDatabases({ main, log }: TestDatabases): Promise<void> {
  await Promise.all([main.close(), log.close()]);
}
