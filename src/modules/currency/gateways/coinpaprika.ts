import type { RateProviderConfig } from "#platform/config";
import { type CurrencyCode, parseCurrencyCode } from "#platform/kernel/money";
import { addSeconds, type Instant, isInstant, parseInstant } from "#platform/kernel/time";
import { createFeed, type FeedDeps, failuresOf } from "./feed.ts";
import { isJsonObject, readJson } from "./published-json.ts";
import { codeOf, collectQuotes } from "./published-rates.ts";
import type { ProviderQuotes, RateProvider } from "./rate-provider.ts";
import { isFuture } from "./stated-time.ts";

const name = "coinpaprika";
const pivot = parseCurrencyCode("USD");
const fail = failuresOf(name);
/** 2,500 tickers of some 800 bytes take 2 MB; the free plan may come to list more of the 10,000 active coins. */
const maxBytes = 16 * 1024 * 1024;
/** A coin that nobody traded for so long has no price of today. */
const maxTickerAgeSeconds = 86_400;

/**
 * Which of our currencies a coin is, by its id or else by its symbol; undefined = none. A token that only bears the
 * symbol "USD" is none, nor is a coin with the symbol of another whose id is known.
 */
export type CoinOf = (coin: {
  readonly id: string;
  readonly symbol: CurrencyCode;
}) => CurrencyCode | undefined;

type Ticker = {
  readonly code: CurrencyCode;
  readonly rank: bigint;
  readonly updatedAt: Instant;
  readonly price: unknown;
};

/**
 * `[{"id":"btc-bitcoin","symbol":"BTC","rank":1,"last_updated":"2026-09-29T10:47:48Z","quotes":{"USD":{"price":107077.69}}}]`: dollars for
 * one coin, as numbers. Several coins share a symbol: the lowest rank has it (0 means unranked), and a symbol whose
 * holder has no current price stays without one, since the next in rank is another coin.
 */
export function readCoinpaprika(body: string, now: Instant, coinOf: CoinOf): ProviderQuotes {
  const { value, duplicates } = readJson(body, fail);
  if (!Array.isArray(value)) throw fail("malformed", "there are no tickers");
  const items: readonly unknown[] = value;
  if (items.length > 0 && !items.some(hasPivot))
    throw fail("wrong_base", `the prices are not in ${pivot}`);
  const holders = new Map<CurrencyCode, Ticker>();
  let skipped = duplicates;
  for (const item of items) {
    const ticker = readTicker(item, coinOf);
    const holder = ticker && holders.get(ticker.code);
    if (!ticker || holder) skipped += 1;
    if (ticker && (!holder || ticker.rank < holder.rank)) holders.set(ticker.code, ticker);
  }
  const ranked = [...holders.values()];
  const current = ranked.filter(
    ({ updatedAt }) =>
      !isFuture(updatedAt, now) && updatedAt >= addSeconds(now, -maxTickerAgeSeconds),
  );
  if (current.length === 0 && ranked.some(({ updatedAt }) => isFuture(updatedAt, now)))
    throw fail("future_date", "the prices are dated in the future");
  const collected = collectQuotes(
    current.map(({ code, price }) => [code, price]),
    pivot,
    fail,
  );
  return {
    pivot,
    direction: "in_pivot",
    asOf:
      current
        .map(({ updatedAt }) => updatedAt)
        .toSorted()
        .at(-1) ?? null,
    quotes: collected.quotes,
    skipped: skipped + (ranked.length - current.length) + collected.skipped,
  };
}

function readTicker(item: unknown, coinOf: CoinOf): Ticker | undefined {
  if (!isJsonObject(item)) return undefined;
  const { id, symbol: written, rank, last_updated: updatedAt, quotes } = item;
  const symbol = typeof written === "string" ? codeOf(written) : undefined;
  if (symbol === undefined || typeof id !== "string" || !isJsonObject(quotes)) return undefined;
  const code = coinOf({ id, symbol });
  if (code === undefined) return undefined;
  if (typeof rank !== "string" || !/^[1-9]\d{0,8}$/.test(rank)) return undefined;
  if (typeof updatedAt !== "string" || !isInstant(updatedAt)) return undefined;
  const quote = quotes[pivot];
  const price = isJsonObject(quote) ? quote["price"] : undefined;
  return { code, rank: BigInt(rank), updatedAt: parseInstant(updatedAt), price };
}

const hasPivot = (item: unknown): boolean =>
  isJsonObject(item) && isJsonObject(item["quotes"]) && isJsonObject(item["quotes"][pivot]);

/** CoinPaprika's tickers of all active coins, without key on the free plan: https://docs.coinpaprika.com */
export function createCoinpaprika(
  config: RateProviderConfig,
  deps: FeedDeps & { readonly coinOf: CoinOf },
): RateProvider {
  const addresses = config.baseUrls.map((url) => `${url}/v1/tickers?quotes=${pivot}`);
  const read = (body: string, now: Instant) => readCoinpaprika(body, now, deps.coinOf);
  return createFeed({ name, source: "market", format: "json", maxBytes, addresses, read }, deps);
}
