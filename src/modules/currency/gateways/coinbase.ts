import type { RateProviderConfig } from "#platform/config";
import { parseCurrencyCode } from "#platform/kernel/money";
import { createFeed, type FeedDeps, failuresOf } from "./feed.ts";
import { isJsonObject, readJson } from "./published-json.ts";
import { collectQuotes } from "./published-rates.ts";
import type { ProviderQuotes, RateProvider } from "./rate-provider.ts";

const name = "coinbase";
const pivot = parseCurrencyCode("USD");
const fail = failuresOf(name);
/** Some 640 codes take about 20 KB. */
const maxBytes = 1024 * 1024;

/** `{"data":{"currency":"USD","rates":{"AED":"3.6725"}}}`: units for one dollar as text, and no time at all. */
export function readCoinbase(body: string): ProviderQuotes {
  const { value, duplicates } = readJson(body, fail);
  const data = isJsonObject(value) ? value["data"] : undefined;
  const rates = isJsonObject(data) ? data["rates"] : undefined;
  if (!isJsonObject(data) || !isJsonObject(rates)) throw fail("malformed", "there are no rates");
  if (data["currency"] !== pivot) throw fail("wrong_base", `the rates are not for ${pivot}`);
  const { quotes, skipped } = collectQuotes(Object.entries(rates), pivot, fail);
  return { pivot, direction: "per_pivot", asOf: null, quotes, skipped: skipped + duplicates };
}

/** Coinbase exchange rates, public and without key: https://docs.cdp.coinbase.com/coinbase-app/track-apis/exchange-rates */
export function createCoinbase(config: RateProviderConfig, deps: FeedDeps): RateProvider {
  const addresses = config.baseUrls.map((url) => `${url}/v2/exchange-rates?currency=${pivot}`);
  return createFeed(
    { name, source: "market", format: "json", maxBytes, addresses, read: readCoinbase },
    deps,
  );
}
