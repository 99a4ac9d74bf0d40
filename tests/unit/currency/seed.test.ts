import { expect, test } from "bun:test";
import { createCatalogue } from "#modules/currency/domain/catalogue";
import { readCatalogueFile } from "#modules/currency/gateways/catalogue-file";
import { parseSeedRates, readSeedRates } from "#modules/currency/gateways/seed-rates";

const header = "# provider: p\n# base: USD\n# as_of: 2026-09-17\n";

test("the shipped rates are the newest day of the recorded data, unchanged", async () => {
  const seed = await readSeedRates();
  const recorded = (await Bun.file(new URL("../../fixtures/fx/rates.csv", import.meta.url)).text())
    .trim()
    .split("\n");
  const newest = recorded.at(-1)?.slice(0, 10);
  const day = recorded.filter((line) => line.startsWith(`${newest},`));
  expect(seed).toMatchObject({ provider: "fawazahmed0", base: "USD", asOf: "2026-09-17" });
  expect(String(seed.asOf)).toBe(String(newest));
  expect(seed.quotes.map(({ code, rate }) => `${newest},${code},${rate}`)).toEqual(day);
  expect(seed.quotes.length).toBeGreaterThan(330);
});

test("every shipped rate is of a currency that the catalogue knows", async () => {
  const catalogue = createCatalogue(await readCatalogueFile());
  const seed = await readSeedRates();
  expect(seed.quotes.filter(({ code }) => !catalogue.findTicker(seed.provider, code))).toEqual([]);
});

test.each([
  ["", "line 1"],
  ["code,rate_per_USD\nEUR,1\n", "no provider is stated"],
  ["# provider: p\n# as_of: 2026-09-17\ncode,rate_per_USD\nEUR,1\n", "no base currency"],
  ["# provider: p\n# base: USD\n# as_of: 2026-09-31\ncode,rate_per_USD\nEUR,1\n", "no date"],
  ["# provider p\n", "line 1"],
  [`${header}code,rate\nEUR,1\n`, "line 4"],
  [`${header}code,rate_per_EUR\nEUR,1\n`, "line 4"],
  [`${header}code,rate_per_USD\n`, "no rate follows"],
  [`${header}code,rate_per_USD\nEUR,1\neur,1\n`, "line 6"],
  [`${header}code,rate_per_USD\nEUR,1e3\n`, "line 5"],
  [`${header}code,rate_per_USD\nEUR,1,2\n`, "line 5"],
  [`${header}code,rate_per_USD\nEUR,1\nEUR,1\n`, "line 6"],
])("a broken seed is a defect that names its line: %j", (text, message) => {
  expect(() => parseSeedRates(text)).toThrow(message);
});
