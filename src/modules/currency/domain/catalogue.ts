import type { CurrencyCode, Scales } from "#platform/kernel/money";
import { type Page, pageOf } from "#platform/kernel/page";
import type { LocalDate } from "#platform/kernel/time";

/** other: units of account and funds (XDR, CLF, XSU): quoted and convertible, but nobody's cash. */
export const currencyKinds = ["fiat", "crypto", "metal", "other"] as const;
export type CurrencyKind = (typeof currencyKinds)[number];

/** One entry of the catalogue; data/currencies.json holds them, scripts/build-catalogue.ts makes them. */
export type Currency = {
  readonly code: CurrencyCode;
  /** English, as CLDR words it where CLDR knows the currency. */
  readonly name: string;
  /** Other wordings of the name ("Emirati Dirham"), for searching. */
  readonly otherNames: readonly string[];
  readonly kind: CurrencyKind;
  /** Decimals that amounts are rounded to. */
  readonly minorUnits: number;
  readonly symbol: string | null;
  /** ISO 4217 numeric code, three digits; a successor may share it (ANG and XCG are both 532). */
  readonly numeric: string | null;
  /** ISO 3166 alpha-2 codes of the countries that use it now, sorted; XK is Kosovo. */
  readonly countries: readonly string[];
  readonly validFrom: LocalDate | null;
  /** The last day it was money anywhere; null while it is. */
  readonly validUntil: LocalDate | null;
  /** Other codes of the very same currency (XBT is BTC). Never a code of the catalogue. */
  readonly aliases: readonly string[];
  /**
   * By provider, only where its ticker for it is not simply the code; null when the provider uses the code for
   * something else (Coinbase's ERN is a token, not the nakfa), or quotes it wrongly.
   */
  readonly tickers: Readonly<Record<string, string | null>>;
  /** By provider, where its tickers are not unique and its own ids are: CoinPaprika's "btc-bitcoin". */
  readonly ids: Readonly<Record<string, string>>;
  /** Where it is known from; the first one decided what the code means. */
  readonly sources: readonly string[];
  /** What sources say differently, by field, the chosen one first: `{"minorUnits":{"iso4217":"2","cldr":"0"}}`. */
  readonly disputed: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

export type CurrencyFilter = {
  /** Words that must all be found in code, names, symbol, aliases or country codes; case and accents do not matter. */
  readonly search?: string | undefined;
  readonly kind?: CurrencyKind | undefined;
  /** ISO 3166 alpha-2: every currency in use there. */
  readonly country?: string | undefined;
  /** true = only what has a rate now, false = only what has none. */
  readonly quoted?: boolean | undefined;
};

export type CurrencyPage = {
  /** The code of the last entry already seen. */
  readonly after?: string | undefined;
  readonly limit: number;
};

export type Catalogue = Scales & {
  readonly all: readonly Currency[];
  /** By code or alias, in any case: "xbt" finds BTC. The answer's own code is the one to keep. */
  find(code: string): Currency | undefined;
  /** What a provider means by its ticker; undefined when it is nothing of ours. */
  findTicker(provider: string, ticker: string): Currency | undefined;
  findId(provider: string, id: string): Currency | undefined;
  byCountry(country: string): readonly Currency[];
  /** Sorted by code. `isQuoted` is asked only when the filter says `quoted`. */
  list(
    filter: CurrencyFilter,
    page: CurrencyPage,
    isQuoted: (code: CurrencyCode) => boolean,
  ): Page<Currency>;
};

type Entry = {
  readonly currency: Currency;
  readonly texts: readonly string[];
  readonly exact: ReadonlySet<string>;
};

/** `currencies`: any order, each code and alias once (the catalogue file's reader checks it). */
export function createCatalogue(currencies: readonly Currency[]): Catalogue {
  const all = currencies.toSorted((a, b) => (a.code < b.code ? -1 : 1));
  const byCode = new Map<string, Currency>(all.map((currency) => [currency.code, currency]));
  const byName = new Map<string, Currency>();
  const byTicker = new Map<string, Currency>();
  const byId = new Map<string, Currency>();
  for (const currency of all) {
    byName.set(currency.code, currency);
    for (const alias of currency.aliases) byName.set(alias, currency);
    for (const [provider, ticker] of Object.entries(currency.tickers))
      if (ticker !== null) byTicker.set(`${provider} ${ticker}`, currency);
    for (const [provider, id] of Object.entries(currency.ids))
      byId.set(`${provider} ${id}`, currency);
  }
  const entries = all.map(entryOf);

  const find = (code: string) => byName.get(asciiUpper(code));
  return {
    all,
    find,
    // Aliases have no digits on purpose: amounts are kept in catalogue codes only.
    digitsOf: (code) => byCode.get(code)?.minorUnits,
    findTicker(provider, ticker) {
      const named = byTicker.get(`${provider} ${ticker}`);
      if (named) return named;
      const currency = find(ticker);
      // A currency with a ticker of its own there (or none at all) is not what the bare code stands for.
      return currency && Object.hasOwn(currency.tickers, provider) ? undefined : currency;
    },
    findId: (provider, id) => byId.get(`${provider} ${id}`),
    byCountry(country) {
      const wanted = asciiUpper(country);
      return all.filter((currency) => currency.countries.includes(wanted));
    },
    list({ search, kind, country, quoted }, { after, limit }, isQuoted) {
      const words = foldText(search ?? "")
        .split(" ")
        .filter((word) => word !== "");
      const place = country === undefined ? undefined : asciiUpper(country);
      const rows: Currency[] = [];
      for (const entry of entries) {
        const { currency } = entry;
        if (after !== undefined && currency.code <= after) continue;
        if (kind !== undefined && currency.kind !== kind) continue;
        if (place !== undefined && !currency.countries.includes(place)) continue;
        if (quoted !== undefined && isQuoted(currency.code) !== quoted) continue;
        if (!words.every((word) => matches(entry, word))) continue;
        rows.push(currency);
        if (rows.length > limit) break;
      }
      return pageOf(rows, limit, (currency) => [currency.code]);
    },
  };
}

const entryOf = (currency: Currency): Entry => ({
  currency,
  texts: [currency.code, currency.name, ...currency.otherNames].map(foldText),
  exact: new Set([currency.symbol ?? "", ...currency.aliases, ...currency.countries].map(foldText)),
});

const matches = ({ texts, exact }: Entry, word: string): boolean =>
  exact.has(word) || texts.some((text) => text.includes(word));

const asciiUpper = (text: string): string =>
  text.replace(/[a-z]/g, (letter) => letter.toUpperCase());

const withoutDecomposition: Readonly<Record<string, string>> = {
  Ł: "L",
  Ø: "O",
  Đ: "D",
  Æ: "AE",
  Œ: "OE",
};

/**
 * For comparing texts without case, accents and locale. Upper case first: it is there that Unicode's own mapping, the
 * same in every locale, joins i, ı, I and (once its dot is stripped) İ. Runs of white space become one blank.
 */
export function foldText(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toUpperCase()
    .replace(/[ŁØĐÆŒ]/g, (letter) => withoutDecomposition[letter] ?? letter)
    .replace(/\s+/g, " ")
    .trim();
}
