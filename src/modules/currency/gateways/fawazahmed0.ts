import type { RateProviderConfig } from "#platform/config";
import { parseCurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import { createFeed, type FeedDeps, failuresOf } from "./feed.ts";
import { isJsonObject, readJson } from "./published-json.ts";
import { collectQuotes } from "./published-rates.ts";
import type { ProviderQuotes, RateProvider } from "./rate-provider.ts";
import { statedDay } from "./stated-time.ts";

const name = "fawazahmed0";
const pivot = parseCurrencyCode("USD");
/** The pivot as this provider writes it: the key of its map and part of the address. */
const pivotKey = "usd";
const fail = failuresOf(name);
/** Some 340 codes take about 6 KB. */
const maxBytes = 1024 * 1024;

/** `{"date":"2026-09-29","usd":{"aed":3.6725}}`: units for one dollar as numbers, codes in lower case, one day's rates. */
export function readFawazahmed0(body: string, now: Instant): ProviderQuotes {
  const { value, duplicates } = readJson(body, fail);
  if (!isJsonObject(value)) throw fail("malformed", "there are no rates");
  const rates = value[pivotKey];
  if (!isJsonObject(rates)) {
    const other = Object.values(value).some(isJsonObject);
    throw other
      ? fail("wrong_base", `the rates are not for ${pivot}`)
      : fail("malformed", "there are no rates");
  }
  const asOf = statedDay(value["date"], now, fail);
  const { quotes, skipped } = collectQuotes(Object.entries(rates), pivot, fail);
  return { pivot, direction: "per_pivot", asOf, quotes, skipped: skipped + duplicates };
}

/**
 * fawazahmed0/exchange-api: https://github.com/fawazahmed0/exchange-api. A base address stands for one published
 * version ("…/currency-api@latest"); its README asks clients to try the minified file on every host, then the plain one.
 */
export function createFawazahmed0(config: RateProviderConfig, deps: FeedDeps): RateProvider {
  const addresses = ["min.json", "json"].flatMap((extension) =>
    config.baseUrls.map((url) => `${url}/v1/currencies/${pivotKey}.${extension}`),
  );
  return createFeed(
    { name, source: "market", format: "json", maxBytes, addresses, read: readFawazahmed0 },
    deps,
  );
}
