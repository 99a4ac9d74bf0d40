import { resolve } from "node:path";
import { type BackupConfig, backupVariables, readBackup } from "./backup/settings.ts";
import {
  type Environment,
  type EnvironmentReader,
  isLoopback,
  readEnvironment,
  type SmtpConfig,
} from "./environment.ts";
import { type RatesConfig, rateVariables, readRates } from "./rate-settings.ts";
import { readStorage, type StorageConfig, storageVariables } from "./storage/settings.ts";

export { ConfigError, type Environment, type SmtpConfig } from "./environment.ts";
export {
  type RateProviderConfig,
  type RateProviderName,
  rateProviderNames,
} from "./rate-settings.ts";
export type { S3Config } from "./storage/settings.ts";

/** Plans, the smallest first; what each includes stands in the billing module. */
export const planCodes = ["free", "plus", "pro"] as const;
export type PlanCode = (typeof planCodes)[number];

export type DatabaseConfig = {
  /** Used at run time: may neither own tables nor be superuser in production. */
  readonly url: string;
  /** The owner's address, for migrations; null = this process does not migrate. */
  readonly migrateUrl: string | null;
  /** The audit relay's address: replicates MainDB, appends to LogDB; null = this process does not relay. */
  readonly relayUrl: string | null;
};

/** Everything that may differ between two installations. Frozen; the only reader of the environment is {@link loadConfig}. */
export type Config = {
  readonly environment: "development" | "production";
  readonly role: "all" | "api" | "worker";
  readonly host: string;
  readonly port: number;
  /** Origin of our own links ("https://api.example.org"), no trailing slash. */
  readonly publicUrl: string;
  /** Origin of the client that users see; also allowed by CORS. */
  readonly clientUrl: string | null;
  readonly corsOrigins: readonly string[];
  /** Addresses or CIDR ranges whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly dataDir: string;
  readonly storage: StorageConfig;
  readonly backup: BackupConfig;
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error";
  readonly metrics: { readonly port: number; readonly token: string } | null;
  /** null = real PostgreSQL launched by ourselves under dataDir. */
  readonly databases: { readonly main: DatabaseConfig; readonly log: DatabaseConfig } | null;
  readonly databasePoolSize: number;
  readonly audit: {
    /** What becomes of writes when MainDB has hardly room left for what the audit trail has not read. */
    readonly onFull: "refuse" | "gap";
    /** Entries are destroyed a month at a time, when the whole month is older. */
    readonly retentionMonths: number;
    /** Who is mailed each day how far the trail is; null = nobody. */
    readonly witness: { readonly name: string; readonly address: string } | null;
  };
  readonly keyring:
    | { readonly source: "inline"; readonly value: string }
    | { readonly source: "file"; readonly path: string; readonly create: boolean };
  readonly limits: {
    readonly readsPerMinute: number;
    /** Wrong passwords and codes, registrations and resets that one client may cause in an hour. */
    readonly clientAttemptsPerHour: number;
    readonly shutdownSeconds: number;
  };
  readonly mail: {
    /** null = mails are written to `dataDir`/outbox, in development only. */
    readonly smtp: SmtpConfig | null;
    readonly from: { readonly name: string; readonly address: string };
  };
  /** The version of terms and privacy policy that whoever registers accepts. */
  readonly termsVersion: string;
  /** Debts between people. */
  readonly gbs: {
    /** What new offers need before they bind. */
    readonly evidence: "video" | "none";
    /** Of one recording. */
    readonly videoMaxBytes: number;
    /** How long a recording is kept after its debt has ended. */
    readonly retentionDays: number;
  };
  /** The plan of whoever neither pays nor was granted one. */
  readonly defaultPlan: PlanCode;
  readonly rates: RatesConfig;
};

/**
 * The name of every variable that {@link loadConfig} reads; `.env.example` documents each (a test compares the two).
 */
export const variableNames: readonly string[] = [
  "FINTRACK_ENV",
  "ROLE",
  "HOST",
  "PORT",
  "PUBLIC_URL",
  "CLIENT_URL",
  "CORS_ORIGINS",
  "TRUSTED_PROXIES",
  "DATA_DIR",
  ...storageVariables,
  ...backupVariables,
  "LOG_LEVEL",
  "METRICS_PORT",
  "METRICS_TOKEN",
  "DATABASE_URL",
  "LOG_DATABASE_URL",
  "DATABASE_MIGRATE_URL",
  "LOG_DATABASE_MIGRATE_URL",
  "RELAY_DATABASE_URL",
  "RELAY_LOG_DATABASE_URL",
  "DATABASE_POOL_SIZE",
  "AUDIT_ON_FULL",
  "AUDIT_RETENTION_MONTHS",
  "AUDIT_WITNESS",
  "KEYRING",
  "KEYRING_FILE",
  "READS_PER_MINUTE",
  "CLIENT_ATTEMPTS_PER_HOUR",
  "SHUTDOWN_SECONDS",
  "SMTP_URL",
  "MAIL_FROM",
  "TERMS_VERSION",
  "DEFAULT_PLAN",
  "GBS_EVIDENCE",
  "GBS_VIDEO_MAX_BYTES",
  "GBS_RETENTION_DAYS",
  ...rateVariables,
];

/**
 * Reads and checks the whole environment; blank variables count as unset. Throws {@link ConfigError} with every fault.
 * Production rules hold unless FINTRACK_ENV says development or HOST is a loopback address.
 */
export function loadConfig(env: Environment = process.env): Config {
  const read = readEnvironment(env);
  const host = read.host("HOST", "127.0.0.1");
  const port = read.integer("PORT", 3000, 1, 65_535);
  const environment = read.oneOf(
    "FINTRACK_ENV",
    ["development", "production"] as const,
    isLoopback(host) ? "development" : "production",
  );
  const production = environment === "production";
  const dataDir = resolve(read.text("DATA_DIR", "data"));
  const publicUrl = read.origin("PUBLIC_URL") ?? `http://localhost:${port}`;
  const clientUrl = read.origin("CLIENT_URL");
  const metricsToken = read.optional("METRICS_TOKEN");
  const metricsPort = read.integer("METRICS_PORT", 9464, 1, 65_535);
  if (metricsToken !== null && metricsToken.length < 16)
    read.fault("METRICS_TOKEN", "has fewer than 16 characters");
  if (metricsToken !== null && metricsPort === port)
    read.fault("METRICS_PORT", "is the same as PORT");
  if (production && read.optional("PUBLIC_URL") === null)
    read.fault("PUBLIC_URL", "is needed in production: links are made from it");

  const storage = readStorage(read, dataDir);
  const config: Config = {
    environment,
    role: read.oneOf("ROLE", ["all", "api", "worker"] as const, "all"),
    host,
    port,
    publicUrl,
    clientUrl,
    corsOrigins: [...new Set([...(clientUrl ? [clientUrl] : []), ...read.origins("CORS_ORIGINS")])],
    trustedProxies: read.networks("TRUSTED_PROXIES"),
    dataDir,
    storage,
    backup: readBackup(read, { dataDir, production, s3: storage.s3 }),
    logLevel: read.oneOf("LOG_LEVEL", ["trace", "debug", "info", "warn", "error"] as const, "info"),
    metrics: metricsToken === null ? null : { port: metricsPort, token: metricsToken },
    databases: readDatabases(read),
    databasePoolSize: read.integer("DATABASE_POOL_SIZE", 10, 2, 200),
    audit: {
      onFull: read.oneOf("AUDIT_ON_FULL", ["refuse", "gap"] as const, "refuse"),
      retentionMonths: read.integer("AUDIT_RETENTION_MONTHS", 120, 12, 1200),
      witness: read.optional("AUDIT_WITNESS") === null ? null : read.mailbox("AUDIT_WITNESS", ""),
    },
    keyring: readKeyring(read, dataDir, production),
    limits: {
      readsPerMinute: read.integer("READS_PER_MINUTE", 600, 1, 100_000_000),
      clientAttemptsPerHour: read.integer("CLIENT_ATTEMPTS_PER_HOUR", 100, 1, 100_000_000),
      shutdownSeconds: read.integer("SHUTDOWN_SECONDS", 20, 1, 600),
    },
    mail: readMail(read, { host, production }),
    termsVersion: read.text("TERMS_VERSION", "2026-11-01"),
    defaultPlan: read.oneOf("DEFAULT_PLAN", planCodes, "free"),
    gbs: {
      evidence: read.oneOf("GBS_EVIDENCE", ["video", "none"] as const, "video"),
      videoMaxBytes: read.integer("GBS_VIDEO_MAX_BYTES", 524_288_000, 1_000_000, 5_368_709_120),
      retentionDays: read.integer("GBS_RETENTION_DAYS", 90, 1, 36_500),
    },
    rates: readRates(read),
  };
  read.finish();
  return deepFreeze(config);
}

function readDatabases(read: EnvironmentReader): Config["databases"] {
  const main = read.postgresUrl("DATABASE_URL");
  const log = read.postgresUrl("LOG_DATABASE_URL");
  const mainMigrate = read.postgresUrl("DATABASE_MIGRATE_URL");
  const logMigrate = read.postgresUrl("LOG_DATABASE_MIGRATE_URL");
  const mainRelay = read.postgresUrl("RELAY_DATABASE_URL");
  const logRelay = read.postgresUrl("RELAY_LOG_DATABASE_URL");
  if ((main === null) !== (log === null))
    read.fault(
      main === null ? "DATABASE_URL" : "LOG_DATABASE_URL",
      "is missing: set both databases or neither",
    );
  if ((mainRelay === null) !== (logRelay === null))
    read.fault(
      mainRelay === null ? "RELAY_DATABASE_URL" : "RELAY_LOG_DATABASE_URL",
      "is missing: the relay needs both databases",
    );
  if (main === null && mainRelay !== null)
    read.fault("DATABASE_URL", "is missing although the relay's addresses are set");
  if (main === null && (mainMigrate ?? logMigrate) !== null)
    read.fault("DATABASE_URL", "is missing although a migration address is set");
  if (main === null || log === null) return null;
  return {
    main: { url: main, migrateUrl: mainMigrate, relayUrl: mainRelay },
    log: { url: log, migrateUrl: logMigrate, relayUrl: logRelay },
  };
}

function readMail(
  read: EnvironmentReader,
  { host, production }: { readonly host: string; readonly production: boolean },
): Config["mail"] {
  const smtp = read.smtpUrl("SMTP_URL");
  // Without a server mails and their codes are written to disk and log: only for whoever sits at this machine.
  const reachable = production || !isLoopback(host) || read.optional("TRUSTED_PROXIES") !== null;
  if (reachable && read.optional("SMTP_URL") === null)
    read.fault(
      "SMTP_URL",
      "is needed in production, with a HOST that is no loopback address, and with TRUSTED_PROXIES",
    );
  if (production && read.optional("MAIL_FROM") === null)
    read.fault("MAIL_FROM", "is needed in production");
  return { smtp, from: read.mailbox("MAIL_FROM", "FinTrack <no-reply@localhost>") };
}

function readKeyring(
  read: EnvironmentReader,
  dataDir: string,
  production: boolean,
): Config["keyring"] {
  const inline = read.optional("KEYRING");
  const file = read.optional("KEYRING_FILE");
  if (inline !== null && file !== null)
    read.fault("KEYRING", "and KEYRING_FILE are both set: use one");
  if (inline !== null) return { source: "inline", value: inline };
  if (production && file === null) read.fault("KEYRING_FILE", "or KEYRING is needed in production");
  return {
    source: "file",
    path: resolve(file ?? `${dataDir}/keys/keyring.json`),
    create: !production,
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
