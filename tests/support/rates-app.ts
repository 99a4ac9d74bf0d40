import type { RateProviderName } from "#platform/config";
import type { Conversion, PairRate, Provider, RateList } from "./currency-api.ts";
import { queryOf } from "./currency-api.ts";
import { type FakeRateProviders, openFakeRateProviders } from "./fake-rate-providers.ts";
import type { Answer, TestApp, TestAppOptions } from "./test-app.ts";
import { openTestApp } from "./test-app.ts";

export const fxFile = new URL("../fixtures/fx/rates.csv", import.meta.url).pathname;
export const refreshJob = "currency.refresh_rates";

type Quotes = Readonly<Record<string, string>>;

export type RatesApp = TestApp & {
  readonly fakes: FakeRateProviders;
  /** What a provider quotes from now on, stated as of the app's present. */
  quote(provider: RateProviderName, rates: Quotes): void;
  /** Sends the refresh job through once. */
  refresh(): Promise<void>;
  /** Moves the clock and refreshes. */
  refreshAfter(seconds: number): Promise<void>;
  /** The rate of a pair now (or at an instant); fails when there is none. */
  rate(base: string, quote: string, options?: { at?: string; source?: string }): Promise<PairRate>;
  convert(
    amount: string,
    from: string,
    to: string,
    options?: { at?: string; source?: string },
  ): Promise<Answer<Conversion>>;
  provider(name: RateProviderName): Promise<Provider>;
};

/**
 * The real application beside fake providers of rates. `history`: with the 40 real days of tests/fixtures/fx imported
 * before its start, instead of the one day that it ships with.
 */
export async function openRatesApp(
  options: Omit<TestAppOptions, "providers" | "started"> & {
    readonly fakes?: FakeRateProviders;
    readonly history?: boolean;
  } = {},
): Promise<RatesApp> {
  const fakes = options.fakes ?? (await openFakeRateProviders());
  const app = await openTestApp({ ...options, providers: fakes, started: false });
  if (options.history) {
    const { code, lines } = await app.runCommand("rates:import", fxFile);
    if (code !== 0) throw new Error(lines.join("\n"));
  }
  await app.app.start();

  const refresh = () => app.runJob(refreshJob);
  return {
    ...app,
    fakes,
    quote(provider, rates) {
      fakes[provider].setRates(rates);
      fakes[provider].setAsOf(app.clock.now());
    },
    refresh,
    async refreshAfter(seconds) {
      app.clock.advance(seconds);
      await refresh();
    },
    async rate(base, quote, { at, source } = {}) {
      const query = queryOf({ base, symbols: quote, at, source });
      const { status, body } = await app.get<RateList>(`/v1/rates${query}`);
      const [item] = status === 200 ? body.items : [];
      if (!item) throw new Error(`no rate: ${status} ${JSON.stringify(body)}`);
      return item;
    },
    convert: (amount, from, to, { at, source } = {}) =>
      app.get<Conversion>(`/v1/conversions${queryOf({ amount, from, to, at, source })}`),
    async provider(name) {
      const { body } = await app.get<{ items: Provider[] }>("/v1/rates/providers");
      const found = body.items.find((item) => item.name === name);
      if (!found) throw new Error(`${name} is not configured`);
      return found;
    },
    async close() {
      await app.close();
      if (!options.fakes) await fakes.close();
    },
  };
}

/** Round numbers, so that a person can check conversions by hand. */
export const roundQuotes = {
  coinbase: { EUR: "0.8", JPY: "150", KWD: "0.3", BTC: "0.00001", TRY: "40", GBP: "0.7" },
  ecb: { USD: "1.25", GBP: "0.85", JPY: "170" },
  tcmb: { USD: "48", EUR: "56", JPY: "32" },
} as const;

/** The 40 real days, and the day after, at noon, a poll of the market and of both central banks. */
export async function openRatesWorld(
  environment: Readonly<Record<string, string>> = {},
): Promise<RatesApp> {
  const app = await openRatesApp({
    history: true,
    environment: { RATES_PROVIDERS: "coinbase,ecb,tcmb", ...environment },
  });
  app.quote("coinbase", roundQuotes.coinbase);
  app.quote("ecb", roundQuotes.ecb);
  app.quote("tcmb", roundQuotes.tcmb);
  await app.refresh();
  return app;
}
