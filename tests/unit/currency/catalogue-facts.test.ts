import { expect, test } from "bun:test";
import countryToCurrency from "country-to-currency";
import { type Currency, createCatalogue } from "#modules/currency/domain/catalogue";
import { catalogueFile, readCatalogueFile } from "#modules/currency/gateways/catalogue-file";
import { buildCatalogue } from "../../../scripts/build-catalogue.ts";
import { readSources } from "../../../scripts/catalogue/sources.ts";

const catalogue = createCatalogue(await readCatalogueFile());
const of = (code: string): Currency => {
  const currency = catalogue.find(code);
  if (currency?.code !== code) throw new Error(`${code} is not in the catalogue`);
  return currency;
};
const countriesOf = (country: string) =>
  catalogue.byCountry(country).map(({ code }) => String(code));
const sources = await readSources();

test("the shipped file is what the pinned packages and the checked lists give", async () => {
  expect((await Bun.file(catalogueFile).text()) === (await buildCatalogue())).toBe(true);
});

test("there are at least 950 currencies, and as many that a configured provider is known to quote", () => {
  expect(catalogue.all.length).toBeGreaterThanOrEqual(950);
  const quoted = catalogue.all.filter(({ sources: from }) =>
    ["coinbase", "currencyfreaks", "fawazahmed0", "coinpaprika"].some((one) => from.includes(one)),
  );
  expect(quoted.length).toBeGreaterThanOrEqual(950);
});

test("every code of the recorded rates is a currency or an alias of one", async () => {
  const csv = await Bun.file(new URL("../../fixtures/fx/currencies.csv", import.meta.url)).text();
  const codes = csv
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",", 1)[0] ?? "");
  expect(codes).toHaveLength(341);
  expect(codes.filter((code) => !catalogue.find(code))).toEqual([]);
  expect(codes.filter((code) => catalogue.find(code)?.code !== code)).toEqual(["XBT"]);
});

test("every code that Coinbase or CurrencyFreaks quotes is known, or left out for a written reason", () => {
  const quoted = [...sources.coinbase, ...sources.currencyfreaks];
  expect(quoted.length).toBeGreaterThan(1400);
  const missing = quoted.filter((code) => !catalogue.find(code) && !sources.leftOut.has(code));
  expect(missing).toEqual([]);
  expect(sources.coinbase.size).toBe(641);
  expect(
    [...sources.coinbase].filter((code) => catalogue.findTicker("coinbase", code)).length,
  ).toBeGreaterThan(620);
});

test("decimals are those of ISO 4217, also where CLDR's are the customary ones", () => {
  const digits = {
    JPY: 0,
    KRW: 0,
    ISK: 0,
    CLP: 0,
    XAF: 0,
    VND: 0,
    UYI: 0,
    PYG: 0,
    USD: 2,
    EUR: 2,
    MGA: 2,
    HUF: 2,
    IRR: 2,
    MRU: 2,
    TRY: 2,
    XCG: 2,
    IDR: 2,
    PKR: 2,
    LBP: 2,
    TWD: 2,
    CHF: 2,
    KWD: 3,
    BHD: 3,
    JOD: 3,
    OMR: 3,
    TND: 3,
    LYD: 3,
    IQD: 3,
    CLF: 4,
    UYW: 4,
  };
  for (const [code, minorUnits] of Object.entries(digits))
    expect({ code, minorUnits: of(code).minorUnits }).toEqual({ code, minorUnits });
  expect(of("HUF").disputed["minorUnits"]).toEqual({ iso4217: "2", cldr: "0" });
  for (const [code, { minorUnits }] of sources.iso)
    if (catalogue.find(code) && !["metal", "other"].includes(of(code).kind))
      expect({ code, minorUnits: of(code).minorUnits }).toEqual({ code, minorUnits });
});

test("where ISO 4217 states no decimals there is a documented number of them", () => {
  for (const code of ["XAU", "XAG", "XPT", "XPD"])
    expect(of(code)).toMatchObject({ kind: "metal", minorUnits: 6 });
  for (const code of ["XDR", "XSU", "XUA", "XBA"])
    expect(of(code)).toMatchObject({ kind: "other", minorUnits: 2 });
  for (const code of ["BTC", "ETH", "USDT"])
    expect(of(code)).toMatchObject({ kind: "crypto", minorUnits: 8 });
});

test("signs and numbers are the usual ones", () => {
  const signs = {
    TRY: "₺",
    EUR: "€",
    BTC: "₿",
    INR: "₹",
    GBP: "£",
    USD: "$",
    JPY: "¥",
    UAH: "₴",
    NGN: "₦",
    SAR: null,
    XAU: null,
  };
  for (const [code, symbol] of Object.entries(signs))
    expect({ code, symbol: of(code).symbol }).toEqual({ code, symbol });
  const numbers = {
    USD: "840",
    EUR: "978",
    ALL: "008",
    TRY: "949",
    XAU: "959",
    DEM: "276",
    HRK: "191",
    XCG: "532",
    ANG: "532",
    BTC: null,
    CNH: null,
  };
  for (const [code, numeric] of Object.entries(numbers))
    expect({ code, numeric: of(code).numeric }).toEqual({ code, numeric });
});

test("withdrawn currencies end at their date and are no country's money any more", () => {
  const ends = {
    BGN: "2026-01-31",
    HRK: "2023-01-14",
    EEK: "2010-12-31",
    DEM: "2002-05-15",
    ZWL: "2024-08-31",
    SLL: "2023-12-31",
    ANG: "2025-06-30",
    MRO: "2018-06-30",
    CUC: "2021-06-30",
    TRL: "2005-12-31",
    LTL: "2014-12-31",
    VAL: "2002-02-28",
    BYR: "2017-01-01",
    STD: "2017-12-31",
    VEF: "2018-08-20",
    ITL: "2002-02-28",
    BEL: "1990-03-31",
  };
  for (const [code, validUntil] of Object.entries(ends))
    expect({ code, validUntil: String(of(code).validUntil) }).toEqual({ code, validUntil });
  for (const currency of catalogue.all)
    if (currency.validUntil) expect(currency.countries).toEqual([]);
});

test("what replaced them is in force", () => {
  const starts = {
    XCG: "2025-03-31",
    ZWG: "2024-06-25",
    SLE: "2022-07-01",
    MRU: "2018-01-01",
    STN: "2018-01-01",
    BYN: "2016-07-01",
    VES: "2018-08-20",
    TRY: "2005-01-01",
  };
  for (const [code, validFrom] of Object.entries(starts))
    expect(of(code)).toMatchObject({ validFrom, validUntil: null });
  // ISO 4217 lists both still; the source that ends them is kept.
  expect(of("SVC")).toMatchObject({
    validUntil: null,
    disputed: { validUntil: { iso4217: "in force", cldr: "2001-01-01" } },
  });
  expect(of("VED")).toMatchObject({ validUntil: null, countries: ["VE"], numeric: "926" });
});

test("a country has all its currencies, not one of many", () => {
  expect(countriesOf("PA")).toEqual(["PAB", "USD"]);
  expect(countriesOf("ZW")).toEqual(["USD", "ZWG"]);
  expect(countriesOf("BT")).toEqual(["BTN", "INR"]);
  expect(countriesOf("CH")).toEqual(["CHE", "CHF", "CHW"]);
  expect(countriesOf("BG")).toEqual(["EUR"]);
  expect(countriesOf("CW")).toEqual(["XCG"]);
  expect(countriesOf("tr")).toEqual(["TRY"]);
  expect(of("EUR").countries).toHaveLength(37);
  expect(of("USD").countries).toEqual(
    expect.arrayContaining(["US", "EC", "SV", "PR", "TL", "IO", "VG"]),
  );
});

test("an independent list of countries agrees, but for places without money of their own", () => {
  const differing = Object.entries(countryToCurrency).filter(
    ([country, code]) => !catalogue.find(code)?.countries.includes(country),
  );
  // AN is no country any more, nobody lives in AQ, and GS has no currency but that of the United Kingdom by CLDR.
  expect(differing.map(([country]) => country).toSorted()).toEqual(["AN", "AQ", "GS"]);
});

test("a code of ISO 4217 or CLDR is that currency, whatever coin has the same ticker", () => {
  for (const code of [
    "MNT",
    "GEL",
    "ERN",
    "ESP",
    "MTL",
    "SOS",
    "ALL",
    "BOB",
    "TOP",
    "RON",
    "BAN",
    "GNS",
  ])
    expect(of(code).kind).toBe("fiat");
  expect(of("MNT").name).toBe("Mongolian Tugrik");
  expect(of("MANTLE")).toMatchObject({ kind: "crypto", ids: { coinpaprika: "mnt-mantle" } });
  // Coinbase's ERN, ESP and MTL are coins; taking them would put a wrong rate on a currency.
  for (const code of ["ERN", "ESP", "MTL"]) {
    expect(catalogue.findTicker("coinbase", code)).toBeUndefined();
    expect(catalogue.findTicker("fawazahmed0", code)?.code).toBe(code as Currency["code"]);
  }
});

test("names that belong to another coin are kept as what a source says, not shown", () => {
  expect(of("FTT")).toMatchObject({
    name: "FTX Token",
    otherNames: [],
    disputed: { name: { fawazahmed0: "FarmaTrust" } },
  });
  expect(of("HOT")).toMatchObject({
    name: "Holo",
    disputed: { name: { fawazahmed0: "Hydro Protocol" } },
  });
  expect(of("XCG").otherNames).toEqual([]);
});
