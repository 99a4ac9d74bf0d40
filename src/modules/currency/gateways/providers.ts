import type { RateProviderConfig } from "#platform/config";
import { createOutgoing, type Fetch } from "#platform/http/outgoing";
import type { Clock } from "#platform/kernel/clock";
import { createCoinbase } from "./coinbase.ts";
import { type CoinOf, createCoinpaprika } from "./coinpaprika.ts";
import { createCurrencyFreaks } from "./currencyfreaks.ts";
import { createEcb } from "./ecb.ts";
import { createFawazahmed0 } from "./fawazahmed0.ts";
import { defaultRequestTimeoutMs } from "./feed.ts";
import type { RateProvider } from "./rate-provider.ts";
import { createTcmb } from "./tcmb.ts";

const gateways = {
  currencyfreaks: createCurrencyFreaks,
  coinbase: createCoinbase,
  fawazahmed0: createFawazahmed0,
  coinpaprika: createCoinpaprika,
  ecb: createEcb,
  tcmb: createTcmb,
};

/** One gateway for each configured provider, in the configured order (their rank). */
export function createRateProviders(
  configs: readonly RateProviderConfig[],
  deps: {
    readonly fetch: Fetch;
    readonly clock: Clock;
    readonly coinOf: CoinOf;
    /** For one request, its body included. */
    readonly requestTimeoutMs?: number;
  },
): RateProvider[] {
  const { clock, coinOf, requestTimeoutMs = defaultRequestTimeoutMs } = deps;
  const outgoing = createOutgoing({ fetch: deps.fetch, clock });
  return configs.map((config) =>
    gateways[config.name](config, { outgoing, clock, coinOf, requestTimeoutMs }),
  );
}
