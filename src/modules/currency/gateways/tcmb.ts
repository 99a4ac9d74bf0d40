import type { RateProviderConfig } from "#platform/config";
import { isDecimal, shiftPoint } from "#platform/kernel/decimal";
import { parseCurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import { createFeed, type FeedDeps, failuresOf } from "./feed.ts";
import { isJsonObject, type JsonObject } from "./published-json.ts";
import { collectQuotes, plainDecimal } from "./published-rates.ts";
import { readXml } from "./published-xml.ts";
import type { ProviderQuotes, RateProvider } from "./rate-provider.ts";
import { statedDay } from "./stated-time.ts";

const name = "tcmb";
const pivot = parseCurrencyCode("TRY");
const fail = failuresOf(name);
/** Some 22 currencies take 10 KB. */
const maxBytes = 256 * 1024;

/**
 * Of four columns we take the buying rate for foreign exchange: it is the one at which Turkish bookkeeping and tax law
 * value foreign currency, and the only one that every row has (the SDR has no selling and no banknote rate).
 */
const rateColumn = "ForexBuying";

/**
 * The central bank's last bulletin: lira for `Unit` units of a currency, dated by the Turkish day (month first):
 * `<Tarih_Date Date="09/29/2026"><Currency CurrencyCode="JPY"><Unit>100</Unit><ForexBuying>27.9900</ForexBuying>…`.
 */
export function readTcmb(body: string, now: Instant): ProviderQuotes {
  const bulletin = readXml(body, "Tarih_Date", ["Currency"], fail);
  const asOf = statedDay(isoDateOf(bulletin["@Date"]), now, fail);
  const rows = bulletin["Currency"];
  const published = (Array.isArray(rows) ? rows.filter(isJsonObject) : []).map(rateOfRow);
  const { quotes, skipped } = collectQuotes(published, pivot, fail);
  return { pivot, direction: "in_pivot", asOf, quotes, skipped };
}

const isoDateOf = (date: unknown): string =>
  typeof date === "string" ? date.replace(/^(\d{2})\/(\d{2})\/(\d{4})$/, "$3-$1-$2") : "";

/** Lira for one unit: the units are powers of ten, so that moving the point is exact. Another unit is no rate. */
function rateOfRow(row: JsonObject): readonly [code: string, rate: unknown] {
  const { "@CurrencyCode": code, Unit: unit, [rateColumn]: rate } = row;
  const name = typeof code === "string" ? code : "";
  if (typeof unit !== "string" || !/^10{0,6}$/.test(unit)) return [name, undefined];
  const plain = typeof rate === "string" ? plainDecimal(rate) : "";
  return [name, isDecimal(plain) ? shiftPoint(plain, 1 - unit.length) : plain];
}

/** https://www.tcmb.gov.tr/kurlar/today.xml, published on Turkish working days at about 15:30 local time. */
export function createTcmb(config: RateProviderConfig, deps: FeedDeps): RateProvider {
  const addresses = config.baseUrls.map((url) => `${url}/kurlar/today.xml`);
  return createFeed(
    { name, source: "tcmb", format: "xml", maxBytes, addresses, read: readTcmb },
    deps,
  );
}
