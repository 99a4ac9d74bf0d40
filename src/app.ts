import type { CurrencyApi } from "#modules/currency/contract";
import { createCurrencyModule, currencyTables } from "#modules/currency/index";
import { purgeAttemptsJob } from "#platform/attempts/purge-job";
import type { Config } from "#platform/config";
import type { OpenDatabase } from "#platform/db/client";
import type { ModuleSchema } from "#platform/db/database";
import { purgeIdempotencyJob } from "#platform/db/idempotency-job";
import { logLayout, mainLayout } from "#platform/db/layout";
import { migrationState } from "#platform/db/migrate";
import { docsRoutes } from "#platform/http/docs";
import { healthRoutes } from "#platform/http/health-routes";
import { createHttpKit } from "#platform/http/kit";
import type { Listener } from "#platform/http/listener";
import { describeApi, openApiRoutes, openApiText } from "#platform/http/openapi";
import type { OpenApiDocument } from "#platform/http/openapi-document";
import type { Fetch } from "#platform/http/outgoing";
import { createMemoryRateLimiter } from "#platform/http/rate-limit";
import type { OpenJobs } from "#platform/jobs/job-runner";
import { resumeJobsCommand } from "#platform/jobs/pause";
import type { JobRegistry } from "#platform/jobs/registry";
import type { Clock } from "#platform/kernel/clock";
import type { Ids } from "#platform/kernel/ids";
import type { Keyring } from "#platform/keyring/keyring";
import { createLatePorts } from "#platform/late-port";
import type { Command, Module } from "#platform/module";
import { createHealth, type Health } from "#platform/observability/health";
import type { Logger } from "#platform/observability/logger";
import type { Metrics } from "#platform/observability/metrics";
import { createPortObserver } from "#platform/observability/port-observer";
import { createRequestObserver } from "#platform/observability/request-observer";
import { exposePort } from "#platform/port";
import packageJson from "../package.json" with { type: "json" };

/** Schemas of MainDB, in the order of the modules below. */
export const moduleSchemas: readonly ModuleSchema[] = [currencyTables];

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
};

export type App = {
  /** What Bun.serve calls. */
  readonly listener: Listener;
  /** The modules as their neighbours get them. */
  readonly ports: { readonly currency: CurrencyApi };
  readonly health: Health;
  readonly commands: readonly Command[];
  /** The routes, for tests that look at all of them. */
  readonly routes: ReturnType<ReturnType<typeof createHttpKit>["createApp"]>["routes"];
  describe(): OpenApiDocument;
  /** Fills caches and begins to listen; after the migrations. */
  start(): Promise<void>;
  /** Sends the jobs that run at every start; after the job queues were started. */
  sendStartJobs(): Promise<void>;
  stop(): Promise<void>;
};

/** Puts the modules together. The only place that knows every one of them; its lines are in dependency order. */
export async function buildApp(resources: Resources): Promise<App> {
  const { config, clock, ids, keyring, logger, metrics, db, jobs, registry } = resources;
  const http = createHttpKit({
    config,
    clock,
    ids,
    // Nothing issues tokens yet, so no bearer token is a valid one.
    authenticate: async () => null,
    limiter: createMemoryRateLimiter({ nowMs: () => performance.now() }),
    idempotency: db.idempotency,
    hmac: (data) => keyring.hmac("idempotency", data),
    observe: createRequestObserver({ logger, metrics }),
  });
  const latePorts = createLatePorts();
  const shared = { db, clock, ids, metrics, http };

  const currency = await createCurrencyModule({
    ...shared,
    config: config.rates,
    fetch: resources.fetch,
    logger: logger.child({ module: "currency" }),
  });

  const observer = createPortObserver(metrics);
  const strict = config.environment !== "production";
  const ports = { currency: exposePort("currency", currency.api, { strict, observer }) };
  latePorts.assertAllBound();

  const modules: readonly Module<unknown>[] = [currency];
  const platformJobs = {
    jobs: [purgeIdempotencyJob({ db, clock }), purgeAttemptsJob({ db, clock })],
    subscriptions: [],
  };
  registry.register([platformJobs, ...modules]);

  const health = createHealth({ logger });
  health.register({ name: "main database", check: () => db.ping() });
  health.register({ name: "log database", check: () => resources.logDb.ping() });
  health.register({ name: "migrations", check: () => requireMigrated(db, resources.logDb) });
  health.register(jobs.health);
  for (const check of modules.flatMap((module) => module.health)) health.register(check);

  const app = http.createApp();
  const describe = () => describeApi(app, facts(config.publicUrl));
  app.use(healthRoutes(health)).use(docsRoutes()).use(openApiRoutes(describe));
  for (const module of modules) app.use(module.routes);

  return {
    listener: http.listener(app),
    ports,
    health,
    commands: [
      resumeJobsCommand({ db, clock }),
      writeOpenApiCommand(describe),
      ...modules.flatMap((module) => module.commands),
    ],
    routes: app.routes,
    describe,
    async start() {
      for (const module of modules) await module.start();
    },
    async sendStartJobs() {
      for (const { name } of registry.queues().filter((job) => job.atStart))
        await jobs.sendNow(name, {}, { singletonKey: "start" });
    },
    async stop() {
      for (const module of modules.toReversed()) await module.stop();
    },
  };
}

type Readable = Pick<OpenDatabase, "read">;

async function requireMigrated(main: Readable, log: Readable): Promise<void> {
  const states = await Promise.all([
    migrationState(main.read, mainLayout(moduleSchemas)),
    migrationState(log.read, logLayout),
  ]);
  const pending = states.flatMap((state) => state.pending);
  if (pending.length > 0) throw new Error(`${pending.length} migrations are not applied`);
}

const writeOpenApiCommand = (describe: () => OpenApiDocument): Command => ({
  name: "openapi:write",
  usage: "openapi:write [file]  write the API's description; file: docs/openapi.json",
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
    { name: "Health", description: "Whether the process lives and can serve." },
  ],
});
