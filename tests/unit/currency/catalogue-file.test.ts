import { expect, test } from "bun:test";
import {
  CatalogueError,
  parseCatalogue,
  readCatalogueFile,
} from "#modules/currency/gateways/catalogue-file";

const euro = { code: "EUR", name: "Euro", kind: "fiat", minorUnits: 2, sources: ["iso4217"] };
const parse = (...entries: unknown[]) => parseCatalogue(JSON.stringify(entries), "some.json");

test("fields that are left out are empty", () => {
  expect(parse(euro)).toEqual([
    {
      ...euro,
      code: euro.code as never,
      kind: "fiat",
      otherNames: [],
      symbol: null,
      numeric: null,
      countries: [],
      validFrom: null,
      validUntil: null,
      aliases: [],
      tickers: {},
      ids: {},
      disputed: {},
    },
  ]);
});

test.each([
  [{ ...euro, code: "eur" }, "entry 1 (eur): bad code"],
  [{ ...euro, code: undefined }, "entry 1 (without a code): bad code"],
  [{ ...euro, name: "" }, "bad name"],
  [{ ...euro, name: "x".repeat(101) }, "bad name"],
  [{ ...euro, kind: "cash" }, "bad kind"],
  [{ ...euro, kind: null }, "bad kind"],
  [{ ...euro, minorUnits: 2.5 }, "bad minorUnits"],
  [{ ...euro, minorUnits: -1 }, "bad minorUnits"],
  [{ ...euro, minorUnits: 19 }, "bad minorUnits"],
  [{ ...euro, minorUnits: "2" }, "bad minorUnits"],
  [{ ...euro, symbol: 1 }, "bad symbol"],
  [{ ...euro, numeric: "78" }, "bad numeric"],
  [{ ...euro, countries: ["DEU"] }, "bad countries"],
  [{ ...euro, countries: "DE" }, "bad countries"],
  [{ ...euro, validFrom: "1999-02-30" }, "bad validFrom"],
  [
    { ...euro, validFrom: "2002-01-01", validUntil: "2001-01-01" },
    "validUntil is before validFrom",
  ],
  [{ ...euro, aliases: ["x"] }, "bad aliases"],
  [{ ...euro, tickers: { coinbase: 1 } }, "bad tickers"],
  [{ ...euro, ids: { coinpaprika: null } }, "bad ids"],
  [{ ...euro, sources: [] }, "bad sources"],
  [{ ...euro, disputed: { name: "x" } }, "bad disputed"],
  [{ ...euro, minorunits: 2 }, "unknown field minorunits"],
  ["EUR", "is not an object"],
  [null, "is not an object"],
])("an entry like %j is refused with its place and its fault", (entry, message) => {
  expect(() => parse(entry)).toThrow(CatalogueError);
  expect(() => parse(entry)).toThrow(message);
  expect(() => parse(entry)).toThrow("some.json");
});

test("nothing may stand for two currencies", () => {
  const dollar = { ...euro, code: "USD", name: "US Dollar" };
  expect(() => parse(euro, euro)).toThrow("EUR stands for both EUR and EUR");
  expect(() => parse(euro, { ...dollar, aliases: ["EUR"] })).toThrow(
    "EUR stands for both EUR and USD",
  );
  const tickers = { coinbase: "XX" };
  expect(() => parse({ ...euro, tickers }, { ...dollar, tickers })).toThrow(
    "coinbase's XX stands for both",
  );
  const ids = { coinpaprika: "x-x" };
  expect(() => parse({ ...euro, ids }, { ...dollar, ids })).toThrow(
    "coinpaprika's id x-x stands for both",
  );
  const none = { coinbase: null };
  expect(parse({ ...euro, tickers: none }, { ...dollar, tickers: none })).toHaveLength(2);
});

test("a file that is no catalogue, or is not there, is named", async () => {
  for (const text of ["", "{}", "[1", "\u0000"])
    expect(() => parseCatalogue(text, "x.json")).toThrow("x.json: is not a JSON array");
  const missing = new URL("./no-such-file.json", import.meta.url);
  expect(readCatalogueFile(missing)).rejects.toThrow("no-such-file.json: cannot be read");
});
