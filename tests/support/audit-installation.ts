import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { anchorFileIn, createFileAnchor } from "#platform/audit/anchors";
import { expectedTables } from "#platform/audit/drift";
import { openRelay, type RelayOptions } from "#platform/audit/relay";
import { openDatabase } from "#platform/db/client";
import {
  type ConnectionSettings,
  connectionUrl,
  parseConnection,
  postgresJsOptions,
  socketFile,
} from "#platform/db/connection";
import { type EmbeddedPostgres, openEmbeddedPostgres } from "#platform/db/embedded";
import type { EmbeddedDatabase, EmbeddedRole } from "#platform/db/embedded-roles";
import { logLayout } from "#platform/db/layout";
import { migrate } from "#platform/db/migrate";
import { systemClock } from "#platform/kernel/clock";
import { openKeyring } from "#platform/keyring/keyring";
import { systemIds } from "#platform/system";
import { recordLog } from "./log-lines.ts";
import { openPipingProxy } from "./piping-proxy.ts";
import { testRoleNames } from "./test-templates.ts";
import { tillLayout } from "./till.ts";

/** MainDB is the till's alone here, so that its publication can be what the layout says. */
export const auditedLayout = { ...tillLayout, audited: true };

/** A killed process loses nothing that it has given to the kernel. */
const settings = { fsync: "off", max_replication_slots: "8", max_wal_senders: "8" };

export type AuditInstallation = Awaited<ReturnType<typeof openAuditInstallation>>;
type RunningRelay = ReturnType<typeof openRelay>;

/**
 * A cluster of its own with both databases migrated; LogDB is reached through a proxy. Slots hold up a whole cluster.
 * `logApart`: LogDB in a cluster of its own, in `logDataDir`.
 */
export async function openAuditInstallation(
  parameters: Readonly<Record<string, string>> = {},
  { logApart = false }: { readonly logApart?: boolean } = {},
) {
  const dataDir = mkdtempSync(join(tmpdir(), "ft-audit-"));
  const logDataDir = logApart ? join(dataDir, "log") : dataDir;
  const cluster = await openCluster(dataDir, parameters);
  const logCluster = logApart ? await openCluster(logDataDir, {}) : cluster;
  const keyring = openKeyring(
    { source: "file", path: join(dataDir, "keys", "keyring.json"), create: true },
    { clock: systemClock },
  );
  const at = (role: EmbeddedRole, database: EmbeddedDatabase) =>
    parseConnection((database === "log" ? logCluster : cluster).url(role, database));
  await migrate({
    ...{ connection: at("owner", "main"), layout: auditedLayout, roles: testRoleNames },
  });
  await migrate({ connection: at("owner", "log"), layout: logLayout, roles: testRoleNames });
  const logRelay = at("relay", "log");
  const proxy = await openPipingProxy(socketFile(logRelay.host, logRelay.port));
  const main = connect(at("owner", "main"));
  const log = connect(at("owner", "log"));
  const database = openDatabase({
    ...{ connection: at("app", "main"), poolSize: 16, processId: systemIds.next() },
    ...{ keyring, clock: systemClock },
  });
  const recorded = recordLog();
  const relays = new Set<RunningRelay>();
  const launcher = (name: EmbeddedDatabase): ConnectionSettings => ({
    ...at("owner", name),
    user: "fintrack_launcher",
    password: JSON.parse(
      readFileSync(join(name === "log" ? logDataDir : dataDir, "keys", "postgres.json"), "utf8"),
    )["fintrack_launcher"],
  });
  const relayConnections = {
    main: at("relay", "main"),
    log: { ...logRelay, host: "127.0.0.1", port: proxy.port },
  };

  return {
    ...{
      dataDir,
      logDataDir,
      keyring,
      main,
      log,
      database,
      proxy,
      at,
      launcher,
      relayConnections,
      cluster,
    },
    logLines: recorded.lines,
    startRelay(options: Partial<RelayOptions> = {}): RunningRelay {
      const relay = openRelay({
        ...relayConnections,
        ...{ keyring, clock: systemClock, logger: recorded.logger },
        monotonicMs: () => performance.now(),
        anchors: [createFileAnchor(anchorFileIn(dataDir))],
        expectedTables: expectedTables(auditedLayout),
        expectsOutcome: (operation) => !/^(job|command):|^test$/.test(operation),
        retentionMonths: 120,
        ...options,
      });
      relays.add(relay);
      return relay;
    },
    /** The chain, parsed. */
    async entries(where = "true"): Promise<StoredEntry[]> {
      const rows = await log.unsafe<{ content: string }[]>(
        `select content from audit.entries where ${where} order by seq`,
      );
      return rows.map(({ content }) => JSON.parse(content));
    },
    async close() {
      await Promise.all([...relays].map((relay) => relay.close()));
      await database.close();
      proxy.close();
      await Promise.all([main.end({ timeout: 1 }), log.end({ timeout: 1 })]);
      await cluster.close();
      if (logApart) await logCluster.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export type StoredEntry = {
  readonly seq: number;
  readonly kind: string;
  readonly at: string;
  readonly prev: string;
  readonly table?: string;
  readonly targets?: string[];
  readonly requestId?: string;
  readonly operation?: string;
  readonly attribution?: string;
  readonly actor?: { readonly type: string; readonly name?: string };
  readonly data: { readonly [name: string]: unknown };
};

const openCluster = (
  dataDir: string,
  parameters: Readonly<Record<string, string>>,
): Promise<EmbeddedPostgres> =>
  openEmbeddedPostgres({
    ...{ dataDir, mode: "server", settings: { ...settings, ...parameters } },
    log: { info: () => {}, warn: () => {} },
  });

const connect = (connection: ConnectionSettings) =>
  postgres({ ...postgresJsOptions(connection), max: 4, onnotice: () => {} });

export const urlOf = (connection: ConnectionSettings): string => connectionUrl(connection);
