import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type Currency,
  type CurrencyFilter,
  createCatalogue,
  currencyKinds,
  foldText,
} from "#modules/currency/domain/catalogue";
import { readCatalogueFile } from "#modules/currency/gateways/catalogue-file";
import { parseCurrencyCode } from "#platform/kernel/money";
import { decodeCursor } from "#platform/kernel/page";

const catalogue = createCatalogue(await readCatalogueFile());
const unquoted = () => false;
const listed = (filter: CurrencyFilter, isQuoted: (code: string) => boolean = unquoted) =>
  catalogue.list(filter, { limit: 5000 }, isQuoted).items.map(({ code }) => String(code));

const anyCurrency = fc.constantFrom(...catalogue.all);
/** What a page of GET /v1/currencies is asked for. */
const anyFilter: fc.Arbitrary<CurrencyFilter> = fc.record(
  {
    search: fc.oneof(
      fc.string({ maxLength: 8 }),
      anyCurrency.map(({ name }) => name),
      fc.constantFrom("us", "dollar", "coin", "tr lira", "€", "e"),
    ),
    kind: fc.constantFrom(...currencyKinds),
    country: fc.constantFrom("TR", "us", "ZZ", "BT"),
    quoted: fc.boolean(),
  },
  { requiredKeys: [] },
);
const evenLength = (code: string) => code.length % 2 === 0;

describe("find", () => {
  test("takes codes and aliases in any case and answers with the one code to keep", () => {
    expect(catalogue.find("usd")?.code).toBe(parseCurrencyCode("USD"));
    expect(catalogue.find("xbt")?.code).toBe(parseCurrencyCode("BTC"));
    expect(catalogue.find("Euroc")?.code).toBe(parseCurrencyCode("EURC"));
    for (const nothing of ["", "US", "DOLLAR", "İNR", "ınr", "constructor", "XXX", "XTS"])
      expect(catalogue.find(nothing)).toBeUndefined();
  });

  test("digits are of codes only: an alias is not a currency that amounts are kept in", () => {
    expect(catalogue.digitsOf(parseCurrencyCode("BTC"))).toBe(8);
    expect(catalogue.digitsOf(parseCurrencyCode("XBT"))).toBeUndefined();
    expect(catalogue.digitsOf(parseCurrencyCode("JPY"))).toBe(0);
  });
});

describe("provider tickers", () => {
  test("are the code, unless the catalogue says otherwise for that provider", () => {
    const found = (provider: string, ticker: string) =>
      String(catalogue.findTicker(provider, ticker)?.code);
    expect(found("coinbase", "CGLD")).toBe("CELO");
    expect(found("coinbase", "JUPITER")).toBe("JUP");
    expect(found("coinbase", "JUP")).toBe("undefined");
    expect(found("fawazahmed0", "JUP")).toBe("JUP");
    expect(found("coinpaprika", "BTC")).toBe("BTC");
    expect(found("coinpaprika", "GMT")).toBe("undefined");
    expect(found("constructor", "USD")).toBe("USD");
    expect(found("toString", "USD")).toBe("USD");
  });

  test("ids are looked up by provider", () => {
    expect(catalogue.findId("coinpaprika", "btc-bitcoin")?.code).toBe(parseCurrencyCode("BTC"));
    expect(catalogue.findId("coinpaprika", "zel-zelcash")?.code).toBe(parseCurrencyCode("FLUX"));
    expect(catalogue.findId("coinbase", "btc-bitcoin")).toBeUndefined();
    expect(catalogue.findId("coinpaprika", "BTC")).toBeUndefined();
  });
});

describe("search", () => {
  test("means the same whatever the case, the accents and the Turkish i", () => {
    for (const inr of ["inr", "INR", "İNR", "ınr", "İnr", "iNR"])
      expect(listed({ search: inr })).toEqual(["INR"]);
    expect(listed({ search: "TÜRKİSH LİRA" })).toEqual(["TRL", "TRY"]);
    expect(listed({ search: "sao tome" })).toEqual(["STD", "STN"]);
    expect(listed({ search: "SÃO TOMÉ" })).toEqual(["STD", "STN"]);
    expect(listed({ search: "indian rupee" })).toEqual(listed({ search: "ındıan rupee" }));
  });

  test("looks at code, names, sign, aliases and country", () => {
    expect(listed({ search: "₺" })).toEqual(["TRY"]);
    expect(listed({ search: "xbt" })).toEqual(["BTC"]);
    expect(listed({ search: "emirati" })).toEqual(["AED"]);
    expect(listed({ search: "pound sterling" })).toEqual(["GBP"]);
    expect(listed({ search: "ec" })).toContain("USD");
    expect(listed({ search: "dollar ec" })).toEqual(expect.arrayContaining(["USD"]));
    expect(listed({ search: "no such money" })).toEqual([]);
  });

  test("without words is everything", () => {
    for (const search of ["", "   ", "\t\n"])
      expect(listed({ search })).toHaveLength(catalogue.all.length);
  });

  test("finds every currency by its own code, name and aliases, however they are written", () => {
    const writing = fc.constantFrom(
      (text: string) => text.toLowerCase(),
      (text: string) => text.toUpperCase(),
      (text: string) => text.normalize("NFD"),
      (text: string) => text.replaceAll("i", "ı"),
      (text: string) => text.replaceAll("I", "İ"),
      (text: string) => `  ${text} `,
    );
    fc.assert(
      fc.property(anyCurrency, writing, (currency, write) => {
        for (const text of [
          currency.code,
          currency.name,
          ...currency.otherNames,
          ...currency.aliases,
        ])
          expect(listed({ search: write(text) })).toContain(currency.code);
      }),
    );
  });

  test("folding twice changes nothing, and never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(foldText(foldText(text))).toBe(foldText(text));
      }),
    );
  });
});

describe("pages", () => {
  const pagesOf = (filter: CurrencyFilter, limit: number) => {
    const pages: (readonly Currency[])[] = [];
    let after: string | undefined;
    do {
      const page = catalogue.list(filter, { after, limit }, evenLength);
      pages.push(page.items);
      if (pages.length > catalogue.all.length) throw new Error("the pages do not end");
      after = page.nextCursor === null ? undefined : decodeCursor(page.nextCursor, 1)[0];
    } while (after !== undefined);
    return pages;
  };

  test("together are the whole list once, sorted by code, each full but the last", () => {
    fc.assert(
      fc.property(anyFilter, fc.integer({ min: 1, max: 200 }), (filter, limit) => {
        const pages = pagesOf(filter, limit);
        const codes = pages.flat().map(({ code }) => String(code));
        expect(codes).toEqual(listed(filter, evenLength));
        expect(codes).toEqual([...new Set(codes)].toSorted());
        for (const page of pages.slice(0, -1)) expect(page).toHaveLength(limit);
        expect(pages.at(-1)?.length).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 60 },
    );
  });

  test("hold what each part of the filter asks for and leave out nothing", () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        const found = new Set(listed(filter, evenLength));
        const { search: _, ...rest } = filter;
        for (const currency of catalogue.all) {
          const fits =
            (rest.kind === undefined || currency.kind === rest.kind) &&
            (rest.country === undefined ||
              currency.countries.includes(rest.country.toUpperCase())) &&
            (rest.quoted === undefined || evenLength(currency.code) === rest.quoted);
          if (!fits) expect(found.has(currency.code)).toBe(false);
          else if (filter.search === undefined) expect(found.has(currency.code)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("go on after a code that is no longer there", () => {
    const page = catalogue.list({}, { after: "USC", limit: 1 }, unquoted);
    expect(page.items.map(({ code }) => String(code))).toEqual(["USD"]);
  });

  test("quoted is asked of the rates of the moment", () => {
    expect(listed({ quoted: true }, (code) => code === "TRY")).toEqual(["TRY"]);
    expect(listed({ quoted: false }, (code) => code === "TRY")).toHaveLength(
      catalogue.all.length - 1,
    );
  });

  test("the order of the input does not matter", () => {
    const shuffled = createCatalogue(catalogue.all.toReversed());
    expect(shuffled.all).toEqual(catalogue.all);
  });
});
