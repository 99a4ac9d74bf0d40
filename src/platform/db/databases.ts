import postgres from "postgres";
import type { Config } from "../config.ts";
import { checkServer } from "./check-server.ts";
import { type ConnectionSettings, parseConnection, postgresJsOptions } from "./connection.ts";
import { openEmbeddedPostgres } from "./embedded.ts";
import { roleName } from "./embedded-roles.ts";
import { type RoleNames, roleKinds } from "./layout.ts";

/** One database as this process reaches it. */
export type DatabaseAccess = {
  /** At run time. */
  readonly app: ConnectionSettings;
  /** For migrations; null = another process migrates. */
  readonly owner: ConnectionSettings | null;
  /** For the audit relay; null = another process relays. */
  readonly relay: ConnectionSettings | null;
  readonly roles: RoleNames;
};

export type Databases = {
  readonly main: DatabaseAccess;
  readonly log: DatabaseAccess;
  /** Where the data is, for the person who starts the server; no secrets. */
  readonly description: string;
  /** Stops the embedded server if it is ours to stop. */
  close(): Promise<void>;
};

/** The configured servers cannot be used: every reason at once, without passwords. */
export class DatabaseServerError extends Error {
  override readonly name = "DatabaseServerError";
  constructor(problems: readonly string[]) {
    super(
      `The databases cannot be used:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
  }
}

/**
 * The configured servers, checked first, or the embedded one under the data directory, started if need be. A command
 * without `needsLog` does not look at LogDB, nor migrate it. A server that neither migrates nor relays starts while LogDB
 * is away.
 */
export async function openDatabases(
  config: Pick<Config, "databases" | "dataDir" | "environment" | "role">,
  { mode, needsLog }: { readonly mode: "server" | "command"; readonly needsLog: boolean },
  log: { info(message: string): void; warn(message: string): void },
): Promise<Databases> {
  const { databases, dataDir } = config;
  if (databases) {
    const production = config.environment === "production";
    if (mode === "server" && config.role !== "api" && databases.main.relayUrl === null) {
      const missing =
        "RELAY_DATABASE_URL and RELAY_LOG_DATABASE_URL are not set: nothing would reach the audit trail. " +
        "Set them, or ROLE=api here and them on the node that works on jobs.";
      if (production) throw new DatabaseServerError([missing]);
      log.warn(missing);
    }
    const logUse = useOfLog(config.role, databases.log, { mode, needsLog });
    await checkServers(databases, { production, logUse }, log);
    const [main, logAccess] = await Promise.all([
      access(databases.main),
      access(logUse === "needed" ? databases.log : { ...databases.log, migrateUrl: null }),
    ]);
    return {
      main,
      log: logAccess,
      description: "the servers of DATABASE_URL and LOG_DATABASE_URL",
      close,
    };
  }
  const embedded = await openEmbeddedPostgres({ dataDir, mode, log });
  const roles = { app: roleName("app"), reader: roleName("reader"), relay: roleName("relay") };
  const at = (database: "main" | "log"): DatabaseAccess => ({
    app: parseConnection(embedded.url("app", database)),
    owner: parseConnection(embedded.url("owner", database)),
    relay: parseConnection(embedded.url("relay", database)),
    roles,
  });
  return {
    main: at("main"),
    log: at("log"),
    description: `${dataDir} (embedded PostgreSQL)`,
    close: () => embedded.close(),
  };
}

/** `late`: it may be away when the process starts, and come. */
type UseOfLog = "needed" | "late" | "none";

function useOfLog(
  role: Config["role"],
  { migrateUrl, relayUrl }: NonNullable<Config["databases"]>["log"],
  { mode, needsLog }: { readonly mode: "server" | "command"; readonly needsLog: boolean },
): UseOfLog {
  if (mode === "command") return needsLog ? "needed" : "none";
  const relays = role !== "api" && relayUrl !== null;
  return relays || migrateUrl !== null ? "needed" : "late";
}

async function checkServers(
  databases: NonNullable<Config["databases"]>,
  { production, logUse }: { readonly production: boolean; readonly logUse: UseOfLog },
  log: { warn(message: string): void },
): Promise<void> {
  const used = logUse === "none" ? (["main"] as const) : (["main", "log"] as const);
  const checks = used.flatMap((database) => {
    const { url, migrateUrl, relayUrl } = databases[database];
    return [
      { url, database, purpose: "run" } as const,
      ...(migrateUrl === null ? [] : [{ url: migrateUrl, database, purpose: "migrate" } as const]),
      ...(relayUrl === null ? [] : [{ url: relayUrl, database, purpose: "relay" } as const]),
    ];
  });
  const reports = await Promise.all(
    checks.map(async ({ url, database, purpose }) => {
      const found = await checkServer(parseConnection(url), { database, purpose, production });
      const mayWait = database === "log" && logUse === "late" && found.isAway;
      return mayWait ? { problems: [], warnings: found.problems } : found;
    }),
  );
  for (const warning of reports.flatMap((report) => report.warnings)) log.warn(warning);
  const problems = [...new Set(reports.flatMap((report) => report.problems))];
  if (problems.length > 0) throw new DatabaseServerError(problems);
}

const close = async (): Promise<void> => {};

async function access(config: {
  readonly url: string;
  readonly migrateUrl: string | null;
  readonly relayUrl: string | null;
}): Promise<DatabaseAccess> {
  const app = parseConnection(config.url);
  const owner = config.migrateUrl === null ? null : parseConnection(config.migrateUrl);
  const relay = config.relayUrl === null ? null : parseConnection(config.relayUrl);
  return { app, owner, relay, roles: await rolesOf(app, owner, relay) };
}

/** The application's role is the one it connects as; the others go by their usual names where they exist. */
async function rolesOf(
  app: ConnectionSettings,
  owner: ConnectionSettings | null,
  relay: ConnectionSettings | null,
): Promise<RoleNames> {
  if (owner === null) return { app: app.user, reader: null, relay: relay?.user ?? null };
  const client = postgres({ ...postgresJsOptions(owner), max: 1, onnotice: () => {} });
  try {
    const usual = roleKinds.map((kind) => roleName(kind));
    const rows = await client<{ name: string }[]>`
      select rolname as name from pg_roles where rolname = any(${usual})`;
    const known = (kind: "reader" | "relay") =>
      rows.some(({ name }) => name === roleName(kind)) ? roleName(kind) : null;
    return { app: app.user, reader: known("reader"), relay: relay?.user ?? known("relay") };
  } finally {
    await client.end({ timeout: 1 });
  }
}
