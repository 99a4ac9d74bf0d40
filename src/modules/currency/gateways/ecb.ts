import type { RateProviderConfig } from "#platform/config";
import { parseCurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import { createFeed, type FeedDeps, failuresOf } from "./feed.ts";
import { isJsonObject, type JsonObject } from "./published-json.ts";
import { collectQuotes } from "./published-rates.ts";
import { readXml } from "./published-xml.ts";
import type { ProviderQuotes, RateProvider } from "./rate-provider.ts";
import { statedDay } from "./stated-time.ts";

const name = "ecb";
const pivot = parseCurrencyCode("EUR");
const fail = failuresOf(name);
/** Some 30 codes take 2 KB. */
const maxBytes = 256 * 1024;

/**
 * The euro foreign exchange reference rates: units for one euro, below an Envelope, a Cube and one Cube per day, newest
 * first: `<Cube time='2026-09-29'><Cube currency='USD' rate='1.1733'/>…`.
 */
export function readEcb(body: string, now: Instant): ProviderQuotes {
  const envelope = readXml(body, "Envelope", ["Cube"], fail);
  const [outer] = cubesOf(envelope);
  const [day] = outer ? cubesOf(outer) : [];
  if (!day) throw fail("malformed", "there is no day of rates");
  const asOf = statedDay(day["@time"], now, fail);
  const published = cubesOf(day).map((cube) => [textOf(cube["@currency"]), cube["@rate"]] as const);
  const { quotes, skipped } = collectQuotes(published, pivot, fail);
  return { pivot, direction: "per_pivot", asOf, quotes, skipped };
}

const cubesOf = (element: JsonObject): readonly JsonObject[] => {
  const cubes = element["Cube"];
  return Array.isArray(cubes) ? cubes.filter(isJsonObject) : [];
};
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/html/index.en.html */
export function createEcb(config: RateProviderConfig, deps: FeedDeps): RateProvider {
  const addresses = config.baseUrls.map((url) => `${url}/stats/eurofxref/eurofxref-daily.xml`);
  return createFeed(
    { name, source: "ecb", format: "xml", maxBytes, addresses, read: readEcb },
    deps,
  );
}
