import type { RateProviderConfig } from "#platform/config";
import { parseCurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import { createFeed, type FeedDeps, failuresOf } from "./feed.ts";
import { isJsonObject, readJson } from "./published-json.ts";
import { collectQuotes } from "./published-rates.ts";
import type { ProviderQuotes, RateProvider } from "./rate-provider.ts";
import { statedInstant } from "./stated-time.ts";

const name = "currencyfreaks";
const pivot = parseCurrencyCode("USD");
const fail = failuresOf(name);
/** Some 1,030 codes take about 30 KB. */
const maxBytes = 1024 * 1024;

/** `{"date":"2026-08-25 12:43:00+00","base":"USD","rates":{"FJD":"2.21592"}}`: units for one dollar, as text. */
export function readCurrencyFreaks(body: string, now: Instant): ProviderQuotes {
  const { value, duplicates } = readJson(body, fail);
  const rates = isJsonObject(value) ? value["rates"] : undefined;
  if (!isJsonObject(value) || !isJsonObject(rates)) throw fail("malformed", "there are no rates");
  if (value["base"] !== pivot) throw fail("wrong_base", `the rates are not for ${pivot}`);
  const asOf = statedInstant(isoOf(value["date"]), now, fail);
  const { quotes, skipped } = collectQuotes(Object.entries(rates), pivot, fail);
  return { pivot, direction: "per_pivot", asOf, quotes, skipped: skipped + duplicates };
}

/** Their dates have a space for the "T" and an offset of hours only. */
function isoOf(date: unknown): string | undefined {
  if (typeof date !== "string") return undefined;
  return date.replace(/^(\S+) (\S+)$/, "$1T$2").replace(/([+-]\d{2})$/, "$1:00");
}

/**
 * CurrencyFreaks v2.0: https://currencyfreaks.com/documentation. The key goes into the query because the service
 * documents no other place; nothing here or below shows an address.
 */
export function createCurrencyFreaks(config: RateProviderConfig, deps: FeedDeps): RateProvider {
  const key = encodeURIComponent(config.apiKey ?? "");
  const addresses = config.baseUrls.map((url) => `${url}/v2.0/rates/latest?apikey=${key}`);
  return createFeed(
    { name, source: "market", format: "json", maxBytes, addresses, read: readCurrencyFreaks },
    deps,
  );
}
