import type { EnvironmentReader } from "./environment.ts";

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

export type RatesConfig = {
  readonly providers: readonly RateProviderConfig[];
  readonly significance: "scaled" | "plain";
  /** 0.5 = a move beyond +50 % or beyond -33 % (the same ratio downwards) needs a confirmation. */
  readonly maxJump: string;
  /** False: no polling of the outside world (tests, machines without network). */
  readonly refresh: boolean;
};

export const rateVariables: readonly string[] = [
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

export const readRates = (read: EnvironmentReader): RatesConfig => ({
  providers: readProviders(read),
  significance: read.oneOf("RATES_SIGNIFICANCE", ["scaled", "plain"] as const, "scaled"),
  maxJump: read.decimal("RATES_MAX_JUMP", "0.5"),
  refresh: read.oneOf("RATES_REFRESH", ["on", "off"] as const, "on") === "on",
});

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
