import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readCoinbase } from "#modules/currency/gateways/coinbase";
import { type CoinOf, readCoinpaprika } from "#modules/currency/gateways/coinpaprika";
import { readCurrencyFreaks } from "#modules/currency/gateways/currencyfreaks";
import { readEcb } from "#modules/currency/gateways/ecb";
import { readFawazahmed0 } from "#modules/currency/gateways/fawazahmed0";
import { readTcmb } from "#modules/currency/gateways/tcmb";
import { rateProviderNames } from "#platform/config";
import type { CurrencyCode } from "#platform/kernel/money";
import { parseInstant } from "#platform/kernel/time";
import { fakeProtocols, providerFixture } from "../../support/fake-rate-protocols.ts";

const now = parseInstant("2026-09-29T18:00:00Z");
const rates = (quotes: readonly { code: string; rate: string }[]) =>
  Object.fromEntries(quotes.map(({ code, rate }) => [code, rate]));
const reason = (name: string) => expect.objectContaining({ reason: name });

describe("CoinPaprika tickers", () => {
  const coinOf: CoinOf = ({ id, symbol }) =>
    id === "gmt-stepn"
      ? ("GMT" as CurrencyCode)
      : ["USD", "GMT"].includes(symbol)
        ? undefined
        : symbol;
  const ticker = (
    symbol: string,
    rank: number | string,
    price: string,
    at = "2026-09-29T17:55:00Z",
  ) =>
    `{"id":"x","symbol":"${symbol}","rank":${rank},"last_updated":"${at}","quotes":{"USD":{"price":${price}}}}`;
  const read = (...tickers: string[]) => readCoinpaprika(`[${tickers.join(",")}]`, now, coinOf);

  test("give a symbol to the coin of the lowest rank, wherever it stands", () => {
    const { quotes, skipped } = read(
      ticker("BTC", 900, "0.0001"),
      ticker("BTC", 1, "67000.5"),
      ticker("btc", 20, "3"),
    );
    expect(rates(quotes)).toEqual({ BTC: "67000.5" });
    expect(skipped).toBe(2);
  });

  test("of a known id beat a better ranked coin that shares the symbol", () => {
    const known = ticker("GMT", 300, "0.04").replace('"id":"x"', '"id":"gmt-stepn"');
    expect(rates(read(ticker("GMT", 90, "0.3"), known).quotes)).toEqual({ GMT: "0.04" });
  });

  test("never hand a symbol to the next coin while its holder has no current price", () => {
    const { quotes } = read(
      ticker("AAA", 5, "null"),
      ticker("AAA", 6, "2"),
      ticker("BBB", 7, "3", "2026-09-28T17:00:00Z"),
      ticker("BBB", 8, "4"),
      ticker("CCC", 9, "5", "2026-09-30T00:00:00Z"),
      ticker("CCC", 10, "6"),
      ticker("DDD", 11, "7"),
    );
    expect(rates(quotes)).toEqual({ DDD: "7" });
  });

  test("leave out unranked coins, names of other currencies, and what is no ticker", () => {
    const { quotes, skipped } = read(
      ticker("ETH", 0, "2600"),
      ticker("ETH", "null", "2600"),
      ticker("USD", 3, "0.003"),
      ticker("SOL", 4, "200", "yesterday"),
      "null",
      "[]",
      ticker("ADA", 5, "1.2345e-8"),
    );
    expect(rates(quotes)).toEqual({ ADA: "0.000000012345" });
    expect(skipped).toBe(6);
  });

  test("are as old as the newest of them", () => {
    const { asOf } = read(
      ticker("AAA", 1, "1", "2026-09-29T16:00:00Z"),
      ticker("BBB", 2, "1", "2026-09-29T17:59:30Z"),
      ticker("CCC", 3, "1", "2026-09-29T12:00:00Z"),
    );
    expect(asOf).toBe(parseInstant("2026-09-29T17:59:30Z"));
  });
});

describe("the TCMB bulletin", () => {
  const row = (code: string, unit: string, rate: string) =>
    `<Currency CrossOrder="1" Kod="${code}" CurrencyCode="${code}"><Unit>${unit}</Unit><Isim>İ</Isim>` +
    `<ForexBuying>${rate}</ForexBuying><ForexSelling>99</ForexSelling></Currency>`;
  const read = (...rows: string[]) =>
    readTcmb(
      `<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="isokur.xsl"?>` +
        `<Tarih_Date Tarih="29.09.2026" Date="09/29/2026" Bulten_No="2026/183">${rows.join("")}</Tarih_Date>`,
      now,
    );

  test("is read for one unit, exactly, whatever unit it is printed for", () => {
    const { quotes } = read(
      row("JPY", "100", "27.9903"),
      row("IRR", "10000", "0.37"),
      row("USD", "1", "48.9514"),
      row("KRW", "100", "3e-2"),
    );
    expect(rates(quotes)).toEqual({
      JPY: "0.279903",
      IRR: "0.000037",
      USD: "48.9514",
      KRW: "0.0003",
    });
  });

  test("leaves out rows without a rate and rows of an unreadable unit", () => {
    const { quotes, skipped } = read(
      row("XDR", "1", ""),
      row("KZT", "1", "  "),
      row("JPY", "", "27"),
      row("AZN", "12", "27"),
      row("SEK", "1OO", "27"),
      row("USD", "1", "48.9514"),
    );
    expect(rates(quotes)).toEqual({ USD: "48.9514" });
    expect(skipped).toBe(5);
  });

  test("is dated by the Turkish day, month first", () => {
    expect(read(row("USD", "1", "48")).asOf).toBe(parseInstant("2026-09-29T00:00:00Z"));
  });

  test("with a single row is read like one with many", () => {
    expect(read(row("USD", "1", "48")).quotes).toHaveLength(1);
  });
});

describe("the ECB's document", () => {
  test("takes the newest day when there are several", () => {
    const { quotes, asOf } = readEcb(
      `<gesmes:Envelope xmlns:gesmes="g" xmlns="e"><Cube>` +
        `<Cube time="2026-09-29"><Cube currency="USD" rate="1.1361"/></Cube>` +
        `<Cube time="2026-09-28"><Cube currency="USD" rate="1.2"/></Cube></Cube></gesmes:Envelope>`,
      now,
    );
    expect(rates(quotes)).toEqual({ USD: "1.1361" });
    expect(asOf).toBe(parseInstant("2026-09-29T00:00:00Z"));
  });

  test("does not expand entities", () => {
    const bomb =
      `<!DOCTYPE Envelope [<!ENTITY a "9"><!ENTITY b "&a;&a;&a;">]><Envelope><Cube>` +
      `<Cube time="2026-09-29"><Cube currency="USD" rate="&b;"/><Cube currency="GBP" rate="0.85"/></Cube></Cube></Envelope>`;
    const read = () => rates(readEcb(bomb, now).quotes);
    expect(read()).toEqual({ USD: "&b;", GBP: "0.85" });
  });
});

describe("JSON answers", () => {
  test("of Coinbase and CurrencyFreaks count a key that stands twice, the first one stays", () => {
    const map = `{"EUR":"0.9","EUR":"0.8","GBP":"0.75"}`;
    const coinbase = readCoinbase(`{"data":{"currency":"USD","rates":${map}}}`);
    const freaks = readCurrencyFreaks(
      `{"date":"2026-09-29 17:00:00+00","base":"USD","rates":${map}}`,
      now,
    );
    for (const { quotes, skipped } of [coinbase, freaks]) {
      expect(rates(quotes)).toEqual({ EUR: "0.9", GBP: "0.75" });
      expect(skipped).toBe(1);
    }
  });

  test("keep more digits than a float has", () => {
    const { quotes } = readFawazahmed0(
      `{"date":"2026-09-29","usd":{"btc":0.00001201739999999999912345,"shib":81234.56789012345678901}}`,
      now,
    );
    expect(rates(quotes)).toEqual({
      BTC: "0.00001201739999999999912345",
      SHIB: "81234.56789012345678901",
    });
  });

  test("of CurrencyFreaks are dated with or without minutes in the offset", () => {
    const at = (date: string) =>
      readCurrencyFreaks(`{"date":"${date}","base":"USD","rates":{"EUR":"0.9"}}`, now).asOf;
    expect(at("2026-09-29 12:43:00+00")).toBe(parseInstant("2026-09-29T12:43:00Z"));
    expect(at("2026-09-29 15:43:00+03")).toBe(parseInstant("2026-09-29T12:43:00Z"));
    expect(at("2026-09-29T12:43:00Z")).toBe(parseInstant("2026-09-29T12:43:00Z"));
    for (const odd of ["", "yesterday", "2026-02-30 00:00:00+00", "2026-09-29 12:43:00"])
      expect(() => at(odd)).toThrow(reason("malformed"));
  });

  test("may be a few minutes ahead of our clock, not more", () => {
    const at = (date: string) =>
      readCurrencyFreaks(`{"date":"${date}","base":"USD","rates":{"EUR":"0.9"}}`, now).asOf;
    expect(at("2026-09-29 18:04:59+00")).toBe(parseInstant("2026-09-29T18:04:59Z"));
    expect(() => at("2026-09-29 18:05:01+00")).toThrow(reason("future_date"));
  });

  test("nested without end are no JSON, not a crash", () => {
    expect(() => readCoinbase("[".repeat(1_000_000))).toThrow(reason("not_json"));
  });

  test("cannot reach the prototype of objects", () => {
    const { quotes } = readCoinbase(
      `{"data":{"currency":"USD","rates":{"__proto__":{"currency":"EUR"},"EUR":"0.9"}}}`,
    );
    expect(rates(quotes)).toEqual({ EUR: "0.9" });
    expect(({} as Record<string, unknown>)["currency"]).toBeUndefined();
  });
});

describe("a cut answer", () => {
  const readers = {
    currencyfreaks: readCurrencyFreaks,
    coinbase: readCoinbase,
    fawazahmed0: readFawazahmed0,
    coinpaprika: (body: string) => readCoinpaprika(body, now, ({ symbol }) => symbol),
    ecb: readEcb,
    tcmb: readTcmb,
  };

  for (const name of rateProviderNames)
    test(`of ${name} is never taken for a whole one, wherever it ends`, async () => {
      const whole = (await providerFixture(name)).trim();
      const expected = fakeProtocols[name].contentType.includes("json") ? "not_json" : "not_xml";
      // At the end of an element the rest of the document may still look tidy.
      const tidy = [...whole.matchAll(/[>},]/g)].map(({ index }) => index + 1).slice(0, -1);
      const ends = fc.oneof(fc.nat(whole.length - 1), fc.constantFrom(...tidy));
      fc.assert(
        fc.property(ends, (end) => {
          expect(() => readers[name](whole.slice(0, end), now)).toThrow(reason(expected));
        }),
        { numRuns: 60 },
      );
    });
});
