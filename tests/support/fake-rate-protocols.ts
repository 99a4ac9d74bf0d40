import type { RateProviderName } from "#platform/config";
import { type Instant, utcDayOf } from "#platform/kernel/time";

/** A code as the provider writes it, and its rate as the provider's text: in order, duplicates allowed. */
export type PublishedRates = readonly (readonly [code: string, rate: string])[];

export type FakeProtocol = {
  readonly path: string;
  readonly contentType: string;
  /** A real answer of this shape, by hand after the documentation: tests/fixtures/providers/. */
  readonly fixture: string;
  /** What the fixture quotes. */
  parse(fixture: string): PublishedRates;
  body(rates: PublishedRates, asOf: Instant): string;
};

const json = "application/json; charset=utf-8";
const xml = "text/xml; charset=UTF-8";
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
/** Numbers stay as they are written; what is no JSON number becomes a string. */
const bare = (text: string) => (jsonNumber.test(text) ? text : JSON.stringify(text));
const map = (rates: PublishedRates, write: (text: string) => string) =>
  `{${rates.map(([code, rate]) => `${JSON.stringify(code)}:${write(rate)}`).join(",")}}`;
const pairs = (text: string, pattern: RegExp): PublishedRates =>
  [...text.matchAll(pattern)].map(([, code = "", rate = ""]) => [code, rate] as const);

/** Currencies that TCMB quotes for 100 units. */
const perHundred = ["JPY", "IRR"];

export const fakeProtocols: Readonly<Record<RateProviderName, FakeProtocol>> = {
  currencyfreaks: {
    path: "/v2.0/rates/latest",
    contentType: json,
    fixture: "currencyfreaks-latest.json",
    parse: (text) => pairs(text, /"([A-Z0-9]+)":"([\d.]+)"/g),
    body: (rates, asOf) =>
      `{"date":"${asOf.slice(0, 19).replace("T", " ")}+00","base":"USD","rates":${map(rates, JSON.stringify)}}`,
  },
  coinbase: {
    path: "/v2/exchange-rates",
    contentType: json,
    fixture: "coinbase-usd.json",
    parse: (text) => pairs(text, /"([A-Z0-9]+)":"([\d.]+)"/g),
    body: (rates) => `{"data":{"currency":"USD","rates":${map(rates, JSON.stringify)}}}`,
  },
  fawazahmed0: {
    path: "/v1/currencies/usd.min.json",
    contentType: json,
    fixture: "fawazahmed0-usd.min.json",
    parse: (text) => pairs(text, /"([a-z0-9]+)":([\d.eE+-]+)/g),
    body: (rates, asOf) => `{"date":"${utcDayOf(asOf)}","usd":${map(rates, bare)}}`,
  },
  coinpaprika: {
    path: "/v1/tickers",
    contentType: json,
    fixture: "coinpaprika-tickers.json",
    parse: (text) =>
      pairs(text, /"symbol":"([A-Z0-9]+)","rank":[1-9].*?"USD":\{"price":([\d.eE+-]+)/g),
    body: (rates, asOf) =>
      `[${rates
        .map(
          ([symbol, price], index) =>
            `{"id":"${symbol.toLowerCase()}-coin","name":"Coin ${symbol}","symbol":"${symbol}","rank":${index + 1},` +
            `"last_updated":"${asOf.slice(0, 19)}Z","quotes":{"USD":{"price":${bare(price)},"volume_24h":160.5}}}`,
        )
        .join(",")}]`,
  },
  ecb: {
    path: "/stats/eurofxref/eurofxref-daily.xml",
    contentType: xml,
    fixture: "ecb-daily.xml",
    parse: (text) => pairs(text, /currency='([A-Z]+)' rate='([\d.]+)'/g),
    body: (rates, asOf) =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" ` +
      `xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">\n<gesmes:subject>Reference rates</gesmes:subject>\n` +
      `<Cube>\n<Cube time='${utcDayOf(asOf)}'>\n` +
      rates.map(([code, rate]) => `<Cube currency='${code}' rate='${rate}'/>\n`).join("") +
      `</Cube>\n</Cube>\n</gesmes:Envelope>\n`,
  },
  tcmb: {
    path: "/kurlar/today.xml",
    contentType: xml,
    fixture: "tcmb-today.xml",
    parse: (text) =>
      pairs(text, /CurrencyCode="([A-Z]+)">[\s\S]*?<ForexBuying>([\d.]+)<\/ForexBuying>/g),
    body: (rates, asOf) => {
      const [year, month, day] = utcDayOf(asOf).split("-");
      return (
        `<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet type="text/xsl" href="isokur.xsl"?>\n` +
        `<Tarih_Date Tarih="${day}.${month}.${year}" Date="${month}/${day}/${year}"  Bulten_No="${year}/183" >\n` +
        rates
          .map(
            ([code, rate], index) =>
              `<Currency CrossOrder="${index}" Kod="${code}" CurrencyCode="${code}"><Unit>${perHundred.includes(code) ? 100 : 1}</Unit>` +
              `<Isim>${code}</Isim><CurrencyName>${code}</CurrencyName><ForexBuying>${rate}</ForexBuying>` +
              `<ForexSelling/><BanknoteBuying/><BanknoteSelling/><CrossRateUSD/><CrossRateOther/></Currency>\n`,
          )
          .join("") +
        `</Tarih_Date>\n`
      );
    },
  },
};

const fixtures = new URL("../fixtures/providers/", import.meta.url);
export const providerFixture = (name: RateProviderName): Promise<string> =>
  Bun.file(new URL(fakeProtocols[name].fixture, fixtures)).text();
