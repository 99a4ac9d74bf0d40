import { createAdminModule } from "#modules/admin/index";
import type { BillingApi } from "#modules/billing/contract";
import { billingCommandLines, billingTables, createBillingModule } from "#modules/billing/index";
import type { CurrencyApi } from "#modules/currency/contract";
import {
  createCurrencyModule,
  currencyCommandLines,
  currencyTables,
} from "#modules/currency/index";
import { createGbsModule, gbsCommandLines, gbsTables } from "#modules/gbs/index";
import type { IdentityApi, IdentityEvents } from "#modules/identity/contract";
import {
  createIdentityModule,
  type IdentityModule,
  identityCommandLines,
  identityTables,
} from "#modules/identity/index";
import type { LedgerApi } from "#modules/ledger/contract";
import { createLedgerModule, ledgerCommandLines, ledgerTables } from "#modules/ledger/index";
import { createReportsModule, reportsTables } from "#modules/reports/index";
import { createAttempts } from "#platform/attempts/create-attempts";
import { purgeAttemptsJob } from "#platform/attempts/purge-job";
import { anchorFileIn } from "#platform/audit/anchors";
import { createOutcomeMessages } from "#platform/audit/messages";
import { createAuditTrail } from "#platform/audit/query/audit-trail";
import { openRequestAudit } from "#platform/audit/requests/request-audit";
import { createSigner } from "#platform/audit/signing";
import { createTrailVerification } from "#platform/audit/verification/trail-verification";
import { witnessMailJobs } from "#platform/audit/witness-mail";
import type { Config } from "#platform/config";
import { createCpuGate } from "#platform/cpu-gate";
import type { OpenDatabase } from "#platform/db/client";
import type { ModuleSchema, Tx } from "#platform/db/database";
import { purgeIdempotencyJob } from "#platform/db/idempotency-job";
import { logLayout, mainLayout } from "#platform/db/layout";
import { migrationState } from "#platform/db/migrate";
import { createDocumentRenderer } from "#platform/documents/renderer";
import { docsRoutes } from "#platform/http/docs";
import { documentSchemaRoutes } from "#platform/http/document-schema";
import { healthRoutes } from "#platform/http/health-routes";
import { createHttpKit } from "#platform/http/kit";
import type { Listener } from "#platform/http/listener";
import { describeApi, openApiRoutes, openApiText } from "#platform/http/openapi";
import type { OpenApiDocument } from "#platform/http/openapi-document";
import type { Fetch } from "#platform/http/outgoing";
import { createMemoryRateLimiter } from "#platform/http/rate-limit";
import { redriveJobsCommand, redriveJobsLine } from "#platform/jobs/dead-letters";
import type { OpenJobs } from "#platform/jobs/job-runner";
import type { Job } from "#platform/jobs/jobs";
import { resumeJobsCommand, resumeJobsLine } from "#platform/jobs/pause";
import type { JobRegistry } from "#platform/jobs/registry";
import type { Clock } from "#platform/kernel/clock";
import type { Ids } from "#platform/kernel/ids";
import { isCurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { Keyring } from "#platform/keyring/keyring";
import { createLatePorts } from "#platform/late-port";
import { mailboxRoutes } from "#platform/mail/mailbox-routes";
import { openMail } from "#platform/mail/open-mail";
import type { Command, CommandLine, Module } from "#platform/module";
import { createNotifications } from "#platform/notify/create-notifications";
import type { FindNotifiedUsers } from "#platform/notify/notifications";
import { watchCpuGate } from "#platform/observability/cpu-gate-metrics";
import { createHealth, type Health } from "#platform/observability/health";
import type { Logger } from "#platform/observability/logger";
import type { Metrics } from "#platform/observability/metrics";
import { createPortObserver } from "#platform/observability/port-observer";
import { createRequestObserver } from "#platform/observability/request-observer";
import { exposePort, type PortApi } from "#platform/port";
import type { Storage } from "#platform/storage/open-storage";
import packageJson from "../package.json" with { type: "json" };

/** Schemas of MainDB, in the order of the modules below. */
export const moduleSchemas: readonly ModuleSchema[] = [
  identityTables,
  currencyTables,
  billingTables,
  ledgerTables,
  gbsTables,
  reportsTables,
];

const writeOpenApiLine: CommandLine = {
  name: "openapi:write",
  usage: "openapi:write [file]  write the API's description; file: docs/openapi.json",
  words: [0, 1],
};

/** Of every command that {@link buildApp} gives. */
export const appCommandLines: readonly CommandLine[] = [
  resumeJobsLine,
  redriveJobsLine,
  writeOpenApiLine,
  ...identityCommandLines,
  ...currencyCommandLines,
  ...billingCommandLines,
  ...ledgerCommandLines,
  ...gbsCommandLines,
];

/** What the process opens before the modules exist. */
export type Resources = {
  readonly config: Config;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keyring: Keyring;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly db: OpenDatabase;
  readonly logDb: Pick<OpenDatabase, "ping" | "read">;
  readonly jobs: OpenJobs;
  readonly registry: JobRegistry;
  readonly fetch: Fetch;
  readonly storage: Storage;
  /** On the databases as a whole. */
  readonly jobsBeside?: readonly Job[];
  /** What requests wait for their turn to compute and denials for their record, where a busy machine is no news. */
  readonly waitMs?: number;
};

export type App = {
  /** What Bun.serve calls. */
  readonly listener: Listener;
  /** The modules as their neighbours get them. */
  readonly ports: {
    readonly identity: IdentityApi;
    readonly currency: CurrencyApi;
    readonly billing: BillingApi;
    readonly ledger: LedgerApi;
  };
  readonly health: Health;
  readonly commands: readonly Command[];
  /** The routes, for tests that look at all of them. */
  readonly routes: ReturnType<ReturnType<typeof createHttpKit>["createApp"]>["routes"];
  describe(): OpenApiDocument;
  /** operationIds of the routes that may change something. */
  mutations(): ReadonlySet<string>;
  /** Fills caches and begins to listen; after the migrations. */
  start(): Promise<void>;
  /** Sends the jobs that run at every start; after the job queues were started. */
  sendStartJobs(): Promise<void>;
  stop(): Promise<void>;
  /** Of every module, when databases were restored from a backup. */
  onRestore(tx: Tx, now: Instant): Promise<void>;
};

/** Puts the modules together. The only place that knows every one of them; its lines are in dependency order. */
export async function buildApp(resources: Resources): Promise<App> {
  const { config, clock, ids, keyring, logger, metrics, db, jobs, registry } = resources;
  const patience = resources.waitMs === undefined ? {} : { waitMs: resources.waitMs };
  const monotonicMs = () => performance.now();
  const requestAudit = openRequestAudit({
    messages: createOutcomeMessages({ processId: ids.next(), keyring }),
    onFailure: (error) => logger.warn({ err: error }, "request records could not be stored yet"),
    ...{ db, metrics, ...patience },
  });
  const http = createHttpKit({
    config,
    clock,
    ids,
    authenticate: (credentials) => identity.authenticate(credentials),
    limiter: createMemoryRateLimiter({ nowMs: monotonicMs }),
    idempotency: db.idempotency,
    hmac: (data) => keyring.hmac("idempotency", data),
    observe: createRequestObserver({ logger, metrics }),
    audit: requestAudit,
    logger,
  });
  const cpuGate = createCpuGate(patience);
  watchCpuGate(metrics, cpuGate);
  const { latePort, assertAllBound } = createLatePorts();
  const late = {
    claimsOf: latePort<BillingApi["claimsOf"]>("identity.claimsOf"),
    isCurrency: latePort<(code: string) => boolean>("identity.isCurrency"),
    findNotifiedUsers: latePort<FindNotifiedUsers>("notify.findNotifiedUsers"),
  };
  const mail = openMail({ config, clock, logger });
  const { notifications, jobs: notificationJobs } = createNotifications({
    ...{ jobs: jobs.jobs, keyring, clock, logger, metrics },
    mailer: mail.mailer,
    findUsers: late.findNotifiedUsers.port,
  });
  const shared = { db, clock, ids, metrics, http };
  const observer = createPortObserver(metrics);
  const strict = config.environment !== "production";
  const expose = <A extends PortApi<A>>(module: string, api: A): A =>
    exposePort(module, api, { strict, observer });

  const attempts = createAttempts({
    ...{ db, clock },
    hmac: (data) => keyring.hmac("attempt-subject", data),
  });
  const auditTrail = createAuditTrail(resources.logDb);
  const identity: IdentityModule = createIdentityModule({
    ...{ ...shared, config, keyring, notifications },
    jobs: jobs.jobs,
    events: jobs.events<IdentityEvents>(["identity.user_registered.v1"]),
    ...{ attempts, cpuGate, auditTrail },
    claimsOf: late.claimsOf.port,
    isCurrency: late.isCurrency.port,
    monotonicMs,
    logger: logger.child({ module: "identity" }),
  });
  late.findNotifiedUsers.bind(identity.findNotifiedUsers);
  const identityPort = expose("identity", identity.api);

  const currency = await createCurrencyModule({
    ...shared,
    config: config.rates,
    fetch: resources.fetch,
    logger: logger.child({ module: "currency" }),
  });

  late.isCurrency.bind(
    (code) => isCurrencyCode(code) && currency.scales.digitsOf(code) !== undefined,
  );

  const billing = createBillingModule({
    ...{ ...shared, notifications },
    jobs: jobs.jobs,
    identity: identityPort,
    defaultPlan: config.defaultPlan,
  });
  const billingPort = expose("billing", billing.api);
  late.claimsOf.bind(billingPort.claimsOf);

  const currencyPort = expose("currency", currency.api);

  const ledger = createLedgerModule({
    ...{ ...shared, notifications },
    jobs: jobs.jobs,
    identity: identityPort,
    billing: billingPort,
    currency: currencyPort,
    scales: currency.scales,
    logger: logger.child({ module: "ledger" }),
  });

  const ledgerPort = expose("ledger", ledger.api);

  const gbs = createGbsModule({
    ...{ ...shared, config, keyring, notifications, attempts, cpuGate },
    jobs: jobs.jobs,
    identity: identityPort,
    billing: billingPort,
    ledger: ledgerPort,
    scales: currency.scales,
    // Of its own: an agreement is small, and waits for no report.
    renderer: createDocumentRenderer(),
    storage: resources.storage,
    logger: logger.child({ module: "gbs" }),
  });

  const reports = createReportsModule({
    ...{ ...shared, config, notifications, attempts, cpuGate },
    jobs: jobs.jobs,
    identity: identityPort,
    billing: billingPort,
    currency: currencyPort,
    ledger: ledgerPort,
    scales: currency.scales,
    renderer: createDocumentRenderer(),
    storage: resources.storage,
    logger: logger.child({ module: "reports" }),
  });

  const verification = createTrailVerification({
    ...{ db, clock, jobs: jobs.jobs, log: resources.logDb },
    anchorFile: anchorFileIn(config.dataDir),
    isOurs: createSigner(keyring).isOurs,
    logger: logger.child({ module: "audit" }),
  });
  const witnessJobs = witnessMailJobs({
    ...{ log: resources.logDb, mailer: mail.mailer, publicUrl: config.publicUrl },
    witness: config.audit.witness,
  });
  const admin = createAdminModule({
    ...{ http, clock, auditTrail, verification },
    identity: expose("identity.admin", identity.adminApi),
  });

  const ports = {
    identity: identityPort,
    currency: currencyPort,
    billing: billingPort,
    ledger: ledgerPort,
  };
  assertAllBound();

  const modules: readonly Module<unknown>[] = [
    ...[identity, currency, billing, ledger, gbs, reports, admin],
  ];
  const platformJobs = {
    jobs: [
      purgeIdempotencyJob({ db, clock }),
      purgeAttemptsJob({ db, clock }),
      verification.job,
      ...witnessJobs,
      ...notificationJobs,
      ...(resources.jobsBeside ?? []),
    ],
    subscriptions: [],
  };
  registry.register([platformJobs, ...modules]);

  const health = createHealth({ logger });
  health.register({ name: "main database", check: () => db.ping() });
  // Who relays carries changes there; everybody else serves without it, but for those who read the trail.
  const relays = config.role !== "api" && config.databases?.log.relayUrl !== null;
  health.register({
    ...{ name: "log database", isNeeded: relays },
    check: () => resources.logDb.ping(),
  });
  health.register({ name: "migrations", check: () => requireMigrated(db, resources.logDb) });
  health.register(jobs.health);
  for (const check of modules.flatMap((module) => module.health)) health.register(check);

  const app = http.createApp();
  const describe = () => describeApi(app, facts(config.publicUrl));
  app.use(healthRoutes(health)).use(docsRoutes()).use(openApiRoutes(describe));
  app.use(documentSchemaRoutes());
  for (const module of modules) app.use(module.routes);
  if (mail.outbox) app.use(mailboxRoutes(mail.outbox));

  return {
    listener: http.listener(app),
    ports,
    health,
    commands: [
      resumeJobsCommand({ db, clock }),
      redriveJobsCommand(jobs),
      writeOpenApiCommand(describe),
      ...modules.flatMap((module) => module.commands),
    ],
    routes: app.routes,
    describe,
    mutations: () => mutatingOperations(describe()),
    async start() {
      for (const module of modules) await module.start();
    },
    async sendStartJobs() {
      for (const { name } of registry.queues().filter((job) => job.atStart))
        await jobs.sendNow(name, {}, { singletonKey: "start" });
    },
    async onRestore(tx, now) {
      for (const module of modules) await module.onRestore?.(tx, now);
    },
    async stop() {
      for (const module of modules.toReversed()) await module.stop();
      await requestAudit.close();
      mail.close();
    },
  };
}

type Readable = Pick<OpenDatabase, "read">;

async function requireMigrated(main: Readable, log: Readable): Promise<void> {
  const states = await Promise.all([
    migrationState(main.read, mainLayout(moduleSchemas)),
    // While it is away, the check of that name tells.
    migrationState(log.read, logLayout).catch(() => ({ pending: [] })),
  ]);
  const pending = states.flatMap((state) => state.pending);
  if (pending.length > 0) throw new Error(`${pending.length} migrations are not applied`);
}

const readingMethods = ["get", "head", "options"];

const mutatingOperations = ({ paths }: OpenApiDocument): ReadonlySet<string> =>
  new Set(
    Object.values(paths).flatMap((path) =>
      Object.entries(path ?? {}).flatMap(([method, operation]) =>
        readingMethods.includes(method) || !operation?.operationId ? [] : [operation.operationId],
      ),
    ),
  );

const writeOpenApiCommand = (describe: () => OpenApiDocument): Command => ({
  ...writeOpenApiLine,
  async run(_ctx, [file = "docs/openapi.json"], print) {
    await Bun.write(file, openApiText(describe()));
    print(`wrote ${file}`);
    return 0;
  },
});

const facts = (serverUrl: string) => ({
  title: "FinTrack API",
  version: packageJson.version,
  description:
    "Money amounts and rates are exact decimals as text. Instants are ISO 8601 in UTC, days are calendar dates. Errors are RFC 9457 problems with a stable `code`. Lists are paged by an opaque `cursor`.",
  serverUrl,
  tags: [
    {
      name: "Currency",
      description: "Currencies, exchange rates, their history, and conversions.",
    },
    {
      name: "Identity",
      description: "Registration, sessions, passwords, second factors, profile.",
    },
    { name: "Billing", description: "Plans and what they include." },
    {
      name: "Ledger",
      description: "Books, accounts, categories, transactions, budgets, imports and exports.",
    },
    {
      name: "Reports",
      description: "Reports as files for accountants, their schedules, and links to share them.",
    },
    {
      name: "Debts",
      description:
        "Debts between two people: offers, payments, changes that both agree to, and their log.",
    },
    {
      name: "Evidence",
      description:
        "Recordings in which borrowers commit themselves: their upload, their review, and what their lender can do with them.",
    },
    { name: "Admin", description: "What support and administrators do with accounts." },
    { name: "Health", description: "Whether the process lives and can serve." },
  ],
});
