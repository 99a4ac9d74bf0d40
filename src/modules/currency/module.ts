import type { Config, RateProviderName } from "#platform/config";
import type { Database } from "#platform/db/database";
import type { HttpKit } from "#platform/http/kit";
import type { Fetch } from "#platform/http/outgoing";
import type { Clock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { parseDecimal } from "#platform/kernel/decimal";
import type { Ids } from "#platform/kernel/ids";
import { secondsBetween } from "#platform/kernel/time";
import type { Module } from "#platform/module";
import type { Logger } from "#platform/observability/logger";
import type { Metrics } from "#platform/observability/metrics";
import { currencyCommands } from "./commands.ts";
import type { CurrencyApi, CurrencyScales } from "./contract.ts";
import type { CurrencyDeps, RateMeters } from "./deps.ts";
import type { PollRules } from "./domain/apply-poll.ts";
import { type Catalogue, createCatalogue } from "./domain/catalogue.ts";
import { rateSources } from "./domain/stored-rate.ts";
import { readCatalogueFile } from "./gateways/catalogue-file.ts";
import { createRateProviders } from "./gateways/providers.ts";
import { readSeedRates } from "./gateways/seed-rates.ts";
import { createCurrencyRoutes } from "./http/routes.ts";
import { currencyJobs } from "./jobs.ts";
import { meterConversions } from "./meters.ts";
import { bindOperations } from "./operations.ts";
import { createHistoryRepository } from "./storage/history.repository.ts";
import { createProviderStateRepository } from "./storage/provider-state.repository.ts";
import { createRateRepository, ratesChannel } from "./storage/rate.repository.ts";
import { convertMany } from "./use-cases/convert-many.ts";
import { createLatestHolder } from "./use-cases/latest-holder.ts";
import { loadSeed } from "./use-cases/load-seed.ts";
import { ratesAt } from "./use-cases/rates-at.ts";

/** A provider that missed two polls in a row is stale. */
const staleAfterIntervals = 3;
/** Their rates are those of a day; imported history of theirs was seen once a day. */
const dailyProviders: readonly RateProviderName[] = ["fawazahmed0", "ecb", "tcmb"];
const dailyStaleSeconds = 36 * 3600;
/** For providers that are no longer configured, and for imported history: their files come once a day. */
const unconfiguredStaleSeconds = 3 * 86_400;
/** NOTIFY tells of new rates at once; this finds them when a notification was lost. */
const reloadIntervalMs = 60_000;

export type CurrencyModuleOptions = {
  readonly config: Config["rates"];
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly fetch: Fetch;
  readonly http: HttpKit;
  readonly metrics: Metrics;
  readonly logger: Logger;
};

export type CurrencyModule = Module<CurrencyApi> & {
  /** For money parsing everywhere: a snapshot port, synchronous on purpose. */
  readonly scales: CurrencyScales;
};

export async function createCurrencyModule(
  options: CurrencyModuleOptions,
): Promise<CurrencyModule> {
  const { config, db, clock, ids, logger } = options;
  const catalogue = createCatalogue(await readCatalogueFile());
  const rules = rulesOf(config);
  const rates = createRateRepository();
  const providers = createRateProviders(config.providers, {
    fetch: options.fetch,
    clock,
    coinOf: ({ id, symbol }) => coinOf(catalogue, id, symbol),
  });
  const deps: CurrencyDeps = {
    db,
    clock,
    catalogue,
    latest: createLatestHolder({ db, clock, catalogue, rates, rules }),
    rates,
    history: createHistoryRepository(),
    providerStates: createProviderStateRepository(),
    plans: config.providers.map(({ intervalSeconds, monthlyQuota }, index) => {
      const provider = providers[index];
      if (!provider) throw new Error("a configured provider has no gateway");
      return { provider, intervalSeconds, monthlyQuota };
    }),
    rules,
    meters: createMeters(options.metrics, logger),
  };
  measureAge(options.metrics, deps);
  options.metrics
    .gauge({
      name: "fintrack_rates_refresh_enabled",
      help: "1 where providers are asked for rates, 0 where RATES_REFRESH is off and rates only age.",
      labels: [],
    })
    .set({}, config.refresh ? 1 : 0);
  const operations = bindOperations(deps);
  const { convert, ...api } = meterConversions(options.metrics, {
    convert: operations.convert,
    convertMany: (ctx, input) => convertMany(deps, ctx, input),
  });

  const reload = () =>
    void deps.latest
      .reload()
      .catch((error: unknown) => logger.error({ err: error }, "latest rates were not reloaded"));
  let stopListening: (() => Promise<void>) | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;

  return {
    name: "currency",
    api: {
      ratesAt: (ctx, input) => ratesAt(deps, ctx, input),
      ...api,
    },
    scales: catalogue,
    routes: createCurrencyRoutes(options.http, { ...operations, convert }),
    jobs: config.refresh ? currencyJobs(deps) : [],
    subscriptions: [],
    commands: currencyCommands(deps),
    health: [
      {
        name: "rates",
        check: async () => {
          if (deps.latest.current().newestObservation("market") === null)
            throw new Error("no market rates are loaded");
        },
      },
    ],
    async start() {
      await loadSeed(deps, systemContext("currency.load_seed", ids.next()), readSeed);
      await deps.latest.reload();
      stopListening = await db.listen(ratesChannel, reload, reload);
      timer = setInterval(reload, reloadIntervalMs);
    },
    async stop() {
      clearInterval(timer);
      await stopListening?.();
    },
  };
}

/** CoinPaprika's ids are exact; a symbol counts only for a coin whose id we do not know. */
function coinOf(catalogue: Catalogue, id: string, symbol: string) {
  const known = catalogue.findId("coinpaprika", id);
  if (known) return known.code;
  const named = catalogue.findTicker("coinpaprika", symbol);
  const isOther = named?.kind !== "crypto" || Object.hasOwn(named.ids, "coinpaprika");
  return isOther ? undefined : named.code;
}

async function readSeed() {
  const { provider, asOf, quotes } = await readSeedRates();
  return { provider, day: { date: asOf, quotes } };
}

function rulesOf(config: Config["rates"]): PollRules {
  const names: readonly string[] = config.providers.map((provider) => provider.name);
  const stale = new Map<string, number>(
    config.providers.map(({ name, intervalSeconds }) => [
      name,
      Math.max(
        intervalSeconds * staleAfterIntervals,
        dailyProviders.includes(name) ? dailyStaleSeconds : 0,
      ),
    ]),
  );
  return {
    significance: config.significance,
    maxJump: parseDecimal(config.maxJump),
    rankOf: (provider) => (names.includes(provider) ? names.indexOf(provider) : names.length),
    staleAfterSeconds: (provider) => stale.get(provider) ?? unconfiguredStaleSeconds,
  };
}

function createMeters(metrics: Metrics, logger: Logger): RateMeters {
  const polls = metrics.counter({
    name: "fintrack_rates_polls_total",
    help: "Answers and failures of rate providers; outcome ok or the reason of the failure.",
    labels: ["provider", "outcome"],
  });
  const quarantined = metrics.counter({
    name: "fintrack_rates_quarantined_total",
    help: "Single rates refused.",
    labels: ["provider", "reason"],
  });
  const stored = metrics.counter({
    name: "fintrack_rates_stored_total",
    help: "Rates stored as a new row, or counted onto an unchanged one.",
    labels: ["provider", "kind"],
  });
  return {
    polled: (provider, outcome) => polls.increment({ provider, outcome }),
    quarantined: (provider, reason, count) => quarantined.increment({ provider, reason }, count),
    stored: (provider, kind, count) => stored.increment({ provider, kind }, count),
    unexpected: (provider, error) =>
      logger.error({ provider, err: error }, "a rate provider's gateway failed unexpectedly"),
  };
}

function measureAge(metrics: Metrics, deps: CurrencyDeps): void {
  metrics.reading(
    {
      type: "gauge",
      name: "fintrack_rates_age_seconds",
      help: "Seconds since a source was last seen quoting anything.",
      labels: ["source"],
    },
    () =>
      rateSources.flatMap((source) => {
        const newest = deps.latest.current().newestObservation(source);
        const age = newest === null ? null : secondsBetween(newest, deps.clock.now());
        return age === null ? [] : [{ labels: { source }, value: age }];
      }),
  );
}
