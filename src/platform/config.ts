import { relative, resolve } from "node:path";
import { type BackupConfig, backupVariables, readBackup } from "./backup/settings.ts";
import {
  type Environment,
  type EnvironmentReader,
  isLoopback,
  readEnvironment,
  type SmtpConfig,
} from "./environment.ts";

export { ConfigError, type Environment, type SmtpConfig } from "./environment.ts";

/** Where rates come from; the order is the rank: the first that quotes a currency decides its market rate. */
export const rateProviderNames = [
  "currencyfreaks",
  "coinbase",
  "fawazahmed0",
  "coinpaprika",
  "ecb",
  "tcmb",
] as const;
export type RateProviderName = (typeof rateProviderNames)[number];

export type RateProviderConfig = {
  readonly name: RateProviderName;
  /** Tried in order: the second is the fallback host. Without a trailing slash. */
  readonly baseUrls: readonly string[];
  readonly intervalSeconds: number;
  /** Requests a calendar month; null = no quota. */
  readonly monthlyQuota: number | null;
  readonly apiKey: string | null;
};

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

/** A server that speaks the API of Amazon S3; the bucket stands in the path. */
export type S3Config = {
  /** An origin, no trailing slash. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Of what no backup and no version may hold. */
  readonly volatileBucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
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
  readonly storage: {
    /** Of what no backup may hold. */
    readonly volatileDir: string;
    /** null = objects are files below dataDir and volatileDir. */
    readonly s3: S3Config | null;
  };
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
  readonly rates: {
    readonly providers: readonly RateProviderConfig[];
    readonly significance: "scaled" | "plain";
    /** 0.5 = a move beyond +50 % or beyond -33 % (the same ratio downwards) needs a confirmation. */
    readonly maxJump: string;
    /** False: no polling of the outside world (tests, machines without network). */
    readonly refresh: boolean;
  };
};

const providerDefaults: Record<
  RateProviderName,
  { urls: string[]; interval: number; quota: number | null }
> = {
  // Free plans: 1,000 requests a month (CurrencyFreaks), 20,000 (CoinPaprika).
  currencyfreaks: { urls: ["https://api.currencyfreaks.com"], interval: 3600, quota: 1000 },
  coinbase: { urls: ["https://api.coinbase.com"], interval: 600, quota: null },
  // Published once a day; a check every four hours finds the new day early enough.
  fawazahmed0: {
    urls: [
      "https://cdn.jsdelivr.net/npm/@fawazahmed0/currency-api@latest",
      "https://latest.currency-api.pages.dev",
    ],
    interval: 14_400,
    quota: null,
  },
  coinpaprika: { urls: ["https://api.coinpaprika.com"], interval: 600, quota: 20_000 },
  ecb: { urls: ["https://www.ecb.europa.eu"], interval: 3600, quota: null },
  tcmb: { urls: ["https://www.tcmb.gov.tr"], interval: 3600, quota: null },
};
const keylessProviders: readonly RateProviderName[] = [
  "coinbase",
  "fawazahmed0",
  "coinpaprika",
  "ecb",
  "tcmb",
];

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
  "VOLATILE_DIR",
  "S3_ENDPOINT",
  "S3_REGION",
  "S3_BUCKET",
  "S3_VOLATILE_BUCKET",
  "S3_ACCESS_KEY_ID",
  "S3_SECRET_ACCESS_KEY",
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
  "RATES_PROVIDERS",
  "RATES_REFRESH",
  "RATES_SIGNIFICANCE",
  "RATES_MAX_JUMP",
  "CURRENCYFREAKS_API_KEY",
  ...rateProviderNames.flatMap((name) =>
    ["URLS", "INTERVAL_SECONDS", "MONTHLY_QUOTA"].map(
      (what) => `RATES_${name.toUpperCase()}_${what}`,
    ),
  ),
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

  const s3 = readS3(read);
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
    storage: { volatileDir: readVolatileDir(read, dataDir), s3 },
    backup: readBackup(read, { dataDir, production, s3 }),
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
    rates: {
      providers: readProviders(read),
      significance: read.oneOf("RATES_SIGNIFICANCE", ["scaled", "plain"] as const, "scaled"),
      maxJump: read.decimal("RATES_MAX_JUMP", "0.5"),
      refresh: read.oneOf("RATES_REFRESH", ["on", "off"] as const, "on") === "on",
    },
  };
  read.finish();
  return deepFreeze(config);
}

function readVolatileDir(read: EnvironmentReader, dataDir: string): string {
  const directory = resolve(read.text("VOLATILE_DIR", `${dataDir}/volatile`));
  const kept = resolve(dataDir, "objects");
  // A backup may copy what lies there.
  const holds = (outer: string, inner: string) => !relative(outer, inner).startsWith("..");
  if (holds(kept, directory) || holds(directory, kept))
    read.fault("VOLATILE_DIR", "may neither hold nor lie in DATA_DIR/objects");
  return directory;
}

const s3Names = [
  ...(["S3_ENDPOINT", "S3_REGION", "S3_BUCKET", "S3_VOLATILE_BUCKET"] as const),
  ...(["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"] as const),
];
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

function readS3(read: EnvironmentReader): S3Config | null {
  const missing = s3Names.filter((name) => read.optional(name) === null);
  if (missing.length === s3Names.length) return null;
  for (const name of missing) read.fault(name, "is missing: S3 needs all of the S3_ variables");
  const matching = (name: (typeof s3Names)[number], pattern: RegExp, what: string): string => {
    const text = read.text(name, "");
    if (text !== "" && !pattern.test(text)) read.fault(name, `must be ${what}`);
    return text;
  };
  const bucketName = "3 to 63 lower-case letters, digits, hyphens and dots";
  const s3: S3Config = {
    endpoint: read.outgoingOrigin("S3_ENDPOINT") ?? "",
    region: matching("S3_REGION", /^[a-z0-9-]{1,40}$/, "like eu-central-1"),
    bucket: matching("S3_BUCKET", bucketPattern, bucketName),
    volatileBucket: matching("S3_VOLATILE_BUCKET", bucketPattern, bucketName),
    accessKeyId: matching("S3_ACCESS_KEY_ID", /^[!-~]{1,128}$/, "without spaces"),
    secretAccessKey: matching("S3_SECRET_ACCESS_KEY", /^[!-~]{1,256}$/, "without spaces"),
  };
  if (s3.bucket !== "" && s3.bucket === s3.volatileBucket)
    read.fault("S3_VOLATILE_BUCKET", "is the same as S3_BUCKET: what is volatile needs its own");
  return s3;
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

function readProviders(read: EnvironmentReader): RateProviderConfig[] {
  const apiKey = read.optional("CURRENCYFREAKS_API_KEY");
  const names = read.list("RATES_PROVIDERS") ?? [
    ...(apiKey ? ["currencyfreaks"] : []),
    ...keylessProviders,
  ];
  const known = names.filter((name): name is RateProviderName => {
    const ok = (rateProviderNames as readonly string[]).includes(name);
    if (!ok) read.fault("RATES_PROVIDERS", `may name only ${rateProviderNames.join(", ")}`);
    return ok;
  });
  if (new Set(known).size !== known.length) read.fault("RATES_PROVIDERS", "names a provider twice");
  if (known.includes("currencyfreaks") && apiKey === null)
    read.fault("CURRENCYFREAKS_API_KEY", "is needed when RATES_PROVIDERS names currencyfreaks");
  // All are read, whichever are in use: a faulty variable is a fault before it matters.
  const settings = rateProviderNames.map((name) => readProvider(read, name, apiKey));
  return known.flatMap((name) => settings.filter((provider) => provider.name === name));
}

function readProvider(
  read: EnvironmentReader,
  name: RateProviderName,
  apiKey: string | null,
): RateProviderConfig {
  const prefix = `RATES_${name.toUpperCase()}`;
  const { urls, interval, quota } = providerDefaults[name];
  const monthlyQuota = read.integer(`${prefix}_MONTHLY_QUOTA`, quota ?? 0, 0, 100_000_000);
  return {
    name,
    baseUrls: read.outgoingUrls(`${prefix}_URLS`) ?? urls,
    intervalSeconds: read.integer(`${prefix}_INTERVAL_SECONDS`, interval, 60, 604_800),
    monthlyQuota: monthlyQuota === 0 ? null : monthlyQuota,
    apiKey: name === "currencyfreaks" ? apiKey : null,
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
