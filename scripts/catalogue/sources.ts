import currencyCodes from "currency-codes";

/** What each source says, as plain data; no judging here. Everything is local: pinned packages and files beside this one. */
export type IsoEntry = {
  readonly name: string;
  readonly numeric: string;
  readonly minorUnits: number;
};
export type CldrUse = {
  readonly region: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly tender: boolean;
};
export type CldrEntry = {
  readonly name: string | null;
  readonly symbol: string | null;
  readonly minorUnits: number;
  readonly numeric: string | null;
  readonly uses: readonly CldrUse[];
};
export type Sources = {
  readonly iso: ReadonlyMap<string, IsoEntry>;
  readonly cldr: ReadonlyMap<string, CldrEntry>;
  /** code -> the provider's own name for it ("" when it gives none). */
  readonly fawazahmed0: ReadonlyMap<string, string>;
  readonly coinbase: ReadonlySet<string>;
  readonly currencyfreaks: ReadonlySet<string>;
  /** code -> id */
  readonly coinpaprika: ReadonlyMap<string, string>;
  /** symbol -> name of the coin list of the package cryptocurrencies */
  readonly coins: Readonly<Record<string, string>>;
  /** code -> name, checked by hand against what is quoted under the code */
  readonly names: ReadonlyMap<string, string>;
  /** code -> why a quoted code is not in the catalogue */
  readonly leftOut: ReadonlyMap<string, string>;
};

const root = new URL("../../", import.meta.url);
const text = (path: string) => Bun.file(new URL(path, root)).text();
const packageJson = async <T>(path: string) => JSON.parse(await text(`node_modules/${path}`)) as T;

export async function readSources(): Promise<Sources> {
  const here = "scripts/catalogue";
  return {
    iso: new Map(
      currencyCodes.data.map(({ code, currency, number, digits }) => [
        code,
        { name: currency, numeric: number, minorUnits: digits },
      ]),
    ),
    cldr: await readCldr(),
    fawazahmed0: await readFawazahmed0(),
    coinbase: new Set(words(await text(`${here}/coinbase.txt`))),
    currencyfreaks: new Set(words(await text(`${here}/currencyfreaks.txt`))),
    coinpaprika: new Map(words(await text(`${here}/coinpaprika.txt`)).map(codeAndId)),
    coins: await packageJson<Record<string, string>>("cryptocurrencies/cryptocurrencies.json"),
    names: table(await text(`${here}/tickers.csv`)),
    leftOut: table(await text(`${here}/left-out.csv`)),
  };
}

type CldrNames = Record<string, Record<string, string> & { displayName: string }>;
type CldrSupplement = {
  fractions: Record<string, { _digits: string }>;
  region: Record<string, Record<string, { _from?: string; _to?: string; _tender?: string }>[]>;
};

async function readCldr(): Promise<ReadonlyMap<string, CldrEntry>> {
  const names = (
    await packageJson<{ main: { en: { numbers: { currencies: CldrNames } } } }>(
      "cldr-numbers-full/main/en/currencies.json",
    )
  ).main.en.numbers.currencies;
  const { fractions, region } = (
    await packageJson<{ supplemental: { currencyData: CldrSupplement } }>(
      "cldr-core/supplemental/currencyData.json",
    )
  ).supplemental.currencyData;
  const mappings = (
    await packageJson<{ supplemental: { codeMappings: Record<string, { _numeric?: string }> } }>(
      "cldr-core/supplemental/codeMappings.json",
    )
  ).supplemental.codeMappings;

  const uses = new Map<string, CldrUse[]>();
  for (const [place, list] of Object.entries(region))
    for (const [code, use] of list.flatMap((one) => Object.entries(one))) {
      const known = uses.get(code) ?? [];
      uses.set(code, known);
      known.push({
        region: place,
        from: use._from ?? null,
        to: use._to ?? null,
        tender: use._tender !== "false",
      });
    }
  const codes = [...new Set([...Object.keys(names), ...uses.keys()])];
  return new Map(
    codes.map((code) => {
      const own = names[code];
      const symbol = own?.["symbol-alt-narrow"] ?? own?.["symbol"];
      return [
        code,
        {
          name: own?.displayName ?? null,
          symbol: symbol === undefined || symbol === code ? null : symbol,
          minorUnits: Number((fractions[code] ?? fractions["DEFAULT"])?._digits),
          numeric: mappings[code]?._numeric?.padStart(3, "0") ?? null,
          uses: uses.get(code) ?? [],
        },
      ] as const;
    }),
  );
}

/** The installed day's list and that of the recorded days: a code may be missing on any single day. */
async function readFawazahmed0(): Promise<ReadonlyMap<string, string>> {
  const today = await packageJson<Record<string, string>>(
    "@fawazahmed0/currency-api/v1/currencies.json",
  );
  const recorded = (await text("tests/fixtures/fx/currencies.csv")).trim().split("\n").slice(1);
  const names = new Map(
    recorded.map((line) => [line.split(",", 1)[0] ?? "", line.split(",").at(-1) ?? ""]),
  );
  for (const [code, name] of Object.entries(today)) names.set(code.toUpperCase(), name);
  return names;
}

const words = (file: string): string[] =>
  file
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .flatMap((line) => line.split(" "))
    .filter((word) => word !== "");

/** "btc-bitcoin" and "FET=fetch-ai". */
function codeAndId(word: string): [string, string] {
  const [before = "", after] = word.split("=");
  return after === undefined
    ? [(before.split("-", 1)[0] ?? "").toUpperCase(), before]
    : [before, after];
}

/** Two columns; the second may hold commas. */
function table(file: string): Map<string, string> {
  const rows = file.trim().split("\n").slice(1);
  const entries = rows.map((line): [string, string] => {
    const comma = line.indexOf(",");
    return [line.slice(0, comma), line.slice(comma + 1)];
  });
  const map = new Map(entries);
  if (map.size !== rows.length) throw new Error("a code stands twice in a table");
  return map;
}
