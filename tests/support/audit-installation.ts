import { mkdtempSync, rmSync } from "node:fs";
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
  postgresJsOptions,
  socketFile,
} from "#platform/db/connection";
import type { EmbeddedDatabase, EmbeddedRole } from "#platform/db/embedded-roles";
import { logLayout } from "#platform/db/layout";
import { migrate } from "#platform/db/migrate";
import { systemClock } from "#platform/kernel/clock";
import { openKeyring } from "#platform/keyring/keyring";
import { systemIds } from "#platform/system";
import { openEmbeddedCluster, openServerCluster } from "./audit-clusters.ts";
import { recordLog } from "./log-lines.ts";
import { openPipingProxy } from "./piping-proxy.ts";
import { testRoleNames } from "./test-templates.ts";
import { tillLayout } from "./till.ts";

/** MainDB is the till's alone here, so that its publication can be what the layout says. */
export const auditedLayout = { ...tillLayout, audited: true };

type InstallationOptions = {
  readonly logApart?: boolean;
  readonly server?: "embedded" | "machine";
};

export type AuditInstallation = Awaited<ReturnType<typeof openAuditInstallation>>;
type RunningRelay = ReturnType<typeof openRelay>;

/**
 * A cluster of its own with both databases migrated; LogDB is reached through a proxy. Slots hold up a whole cluster.
 * `logApart`: LogDB in a cluster of its own, in `logDataDir`. `server`: which PostgreSQL MainDB is in.
 */
export async function openAuditInstallation(
  parameters: Readonly<Record<string, string>> = {},
  { logApart = false, server = "embedded" }: InstallationOptions = {},
) {
  const dataDir = mkdtempSync(join(tmpdir(), "ft-audit-"));
  const logDataDir = logApart ? join(dataDir, "log") : dataDir;
  const cluster = await (server === "embedded"
    ? openEmbeddedCluster(dataDir, parameters)
    : openServerCluster(parameters));
  const logCluster = logApart ? await openEmbeddedCluster(logDataDir, {}) : cluster;
  const keyring = openKeyring(
    { source: "file", path: join(dataDir, "keys", "keyring.json"), create: true },
    { clock: systemClock },
  );
  const clusterOf = (database: EmbeddedDatabase) => (database === "log" ? logCluster : cluster);
  const at = (role: EmbeddedRole, database: EmbeddedDatabase) =>
    clusterOf(database).at(role, database);
  await migrate({
    ...{ connection: at("owner", "main"), layout: auditedLayout, roles: testRoleNames },
  });
  await migrate({ connection: at("owner", "log"), layout: logLayout, roles: testRoleNames });
  const logRelay = at("relay", "log");
  const proxy = await openPipingProxy(
    logRelay.host.startsWith("/") ? { path: socketFile(logRelay.host, logRelay.port) } : logRelay,
  );
  const main = connect(at("owner", "main"));
  const log = connect(at("owner", "log"));
  const database = openDatabase({
    ...{ connection: at("app", "main"), poolSize: 16, processId: systemIds.next() },
    ...{ keyring, clock: systemClock },
  });
  const recorded = recordLog();
  const relays = new Set<RunningRelay>();
  const launcher = (database: EmbeddedDatabase): ConnectionSettings =>
    clusterOf(database).superuser(database);
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

const connect = (connection: ConnectionSettings) =>
  postgres({ ...postgresJsOptions(connection), max: 4, onnotice: () => {} });

export const urlOf = (connection: ConnectionSettings): string => connectionUrl(connection);
