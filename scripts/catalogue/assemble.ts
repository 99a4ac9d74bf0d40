import {
  type Currency,
  type CurrencyKind,
  foldText,
} from "../../src/modules/currency/domain/catalogue.ts";
import type { CurrencyCode } from "../../src/platform/kernel/money.ts";
import type { LocalDate } from "../../src/platform/kernel/time.ts";
import {
  aliases,
  amendments,
  asOf,
  coinSymbols,
  countriesByIso,
  defaultMinorUnits,
  historicEnds,
  historicNumerics,
  metals,
  noCountry,
  noCurrency,
  regionOf,
  tickers,
  unitsOfAccount,
  unofficial,
  withoutMinorUnit,
} from "./overrides.ts";
import type { CldrEntry, IsoEntry, Sources } from "./sources.ts";

type Disputed = Record<string, Record<string, string>>;

/** Every fact of the catalogue from the sources: ISO 4217 wins, then CLDR, then whoever quotes the code. */
export function assemble(sources: Sources): Currency[] {
  const official = officialCodes(sources);
  const coins = coinCodes(sources, official);
  checkLists(sources, official, coins);
  return [
    ...[...official].map((code) => officialCurrency(sources, code)),
    ...[...coins].map((code) => coin(sources, code)),
    ...Object.keys(unofficial).map((code) => unofficialCurrency(sources, code)),
  ].toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

function officialCodes({ iso, cldr }: Sources): Set<string> {
  const codes = [...iso.keys(), ...cldr.keys(), ...amendments.map(({ code }) => code)];
  return new Set(codes.filter((code) => !noCurrency.has(code)));
}

function coinCodes(sources: Sources, official: ReadonlySet<string>): Set<string> {
  const quoted = [
    ...sources.coinbase,
    ...sources.currencyfreaks,
    ...sources.fawazahmed0.keys(),
    ...sources.coinpaprika.keys(),
    ...Object.values(aliases),
  ];
  return new Set(
    quoted.filter(
      (code) =>
        !official.has(code) &&
        !(code in unofficial) &&
        !(code in aliases) &&
        !sources.leftOut.has(code),
    ),
  );
}

/** No entry of a list that leads nowhere: they would rot. */
function checkLists(
  sources: Sources,
  official: ReadonlySet<string>,
  coins: ReadonlySet<string>,
): void {
  const known = (code: string) => official.has(code) || coins.has(code) || code in unofficial;
  const faults = [
    ...[...coins].filter((code) => !sources.names.has(code)).map((code) => `${code} has no name`),
    ...[...sources.names.keys()]
      .filter((code) => !coins.has(code))
      .map((code) => `${code} is named and not quoted`),
    ...Object.keys(aliases)
      .filter(known)
      .map((code) => `${code} is an alias and a currency`),
    ...Object.keys(tickers)
      .filter((code) => !known(code))
      .map((code) => `${code} has tickers and no entry`),
    ...[...sources.coinpaprika.keys()]
      .filter((code) => !coins.has(code))
      .map((code) => `${code} has an id and no entry`),
    ...[...sources.leftOut.keys()]
      .filter(
        (code) => known(code) || !(sources.coinbase.has(code) || sources.currencyfreaks.has(code)),
      )
      .map((code) => `${code} is left out for nothing`),
  ];
  if (faults.length > 0)
    throw new Error(`the lists of the catalogue disagree:\n${faults.join("\n")}`);
}

function officialCurrency(sources: Sources, code: string): Currency {
  const iso = isoEntry(sources, code);
  const cldr = sources.cldr.get(code);
  const disputed: Disputed = {};
  const kind: CurrencyKind = metals.has(code)
    ? "metal"
    : unitsOfAccount.has(code)
      ? "other"
      : "fiat";
  const name =
    amendments.find((one) => one.code === code && one.name)?.name ?? cldr?.name ?? iso?.name;
  if (name === undefined) throw new Error(`${code} has no name`);
  const quotedName = sources.fawazahmed0.get(code) ?? "";
  if (quotedName !== "" && !sharesWord(`${name} ${iso?.name}`, quotedName))
    disputed["name"] = { [iso ? "iso4217" : "cldr"]: name, fawazahmed0: quotedName };
  return {
    code: code as CurrencyCode,
    name,
    otherNames: otherNames(name, [
      iso?.name,
      cldr?.name,
      sharesWord(name, quotedName) && quotedName,
    ]),
    kind,
    minorUnits: officialMinorUnits(code, kind, iso, cldr, disputed),
    symbol: cldr?.symbol ?? null,
    numeric: iso?.numeric ?? historicNumeric(code, cldr),
    countries: countriesOf(code, kind, cldr),
    ...validity(code, iso, cldr, disputed),
    aliases: aliasesOf(code),
    tickers: tickers[code] ?? {},
    ids: {},
    sources: [iso && "iso4217", cldr && "cldr", ...quotedBy(sources, code)].filter(
      (one) => one !== undefined,
    ),
    disputed,
  };
}

/** List one as amended; what left it is historic and no longer decides. */
function isoEntry({ iso }: Sources, code: string): IsoEntry | undefined {
  const amended = amendments.findLast((one) => one.code === code);
  if (amended?.action === "remove") return undefined;
  if (amended?.name && amended.numeric && amended.minorUnits !== undefined)
    return { name: amended.name, numeric: amended.numeric, minorUnits: amended.minorUnits };
  return iso.get(code);
}

function officialMinorUnits(
  code: string,
  kind: CurrencyKind,
  iso: IsoEntry | undefined,
  cldr: CldrEntry | undefined,
  disputed: Disputed,
): number {
  if (withoutMinorUnit.has(code))
    return kind === "metal" ? defaultMinorUnits.metal : defaultMinorUnits.unitOfAccount;
  if (iso === undefined) return cldr?.minorUnits ?? 2;
  if (cldr !== undefined && cldr.minorUnits !== iso.minorUnits)
    disputed["minorUnits"] = { iso4217: String(iso.minorUnits), cldr: String(cldr.minorUnits) };
  return iso.minorUnits;
}

function historicNumeric(code: string, cldr: CldrEntry | undefined): string | null {
  // The offshore yuan has no number of its own: CLDR repeats that of CNY.
  if (code === "CNH") return null;
  return historicNumerics[code] ?? cldr?.numeric ?? null;
}

function countriesOf(code: string, kind: CurrencyKind, cldr: CldrEntry | undefined): string[] {
  const now = (cldr?.uses ?? []).filter(
    ({ from, to, tender }) =>
      (tender || kind === "other") && (from ?? "") <= asOf && (to === null || to >= asOf),
  );
  const places = now.map(({ region }) => regionOf[region] ?? region);
  const all = [...places, ...(countriesByIso[code] ?? [])].filter((place) => !noCountry.has(place));
  return [...new Set(all)].toSorted();
}

function validity(
  code: string,
  iso: IsoEntry | undefined,
  cldr: CldrEntry | undefined,
  disputed: Disputed,
): { validFrom: LocalDate | null; validUntil: LocalDate | null } {
  const tender = (cldr?.uses ?? []).filter((use) => use.tender);
  const validFrom =
    tender
      .map(({ from }) => from)
      .filter((date) => date !== null)
      .toSorted()[0] ?? null;
  const ends = tender.map(({ to }) => to);
  const cldrEnd =
    ends.length === 0 || ends.includes(null) ? null : (ends.toSorted().at(-1) ?? null);
  const amended = amendments.find((one) => one.code === code)?.validUntil ?? historicEnds[code];
  const validUntil = iso ? null : (amended ?? cldrEnd);
  if (iso && cldrEnd !== null) disputed["validUntil"] = { iso4217: "in force", cldr: cldrEnd };
  if (amended !== undefined && cldrEnd !== null && amended !== cldrEnd)
    disputed["validUntil"] = { iso4217: amended, cldr: cldrEnd };
  return { validFrom: validFrom as LocalDate | null, validUntil: validUntil as LocalDate | null };
}

function coin(sources: Sources, code: string): Currency {
  const name = sources.names.get(code) ?? "";
  const id = sources.coinpaprika.get(code);
  return {
    code: code as CurrencyCode,
    name,
    otherNames: [],
    kind: "crypto",
    minorUnits: defaultMinorUnits.crypto,
    symbol: coinSymbols[code] ?? null,
    numeric: null,
    countries: [],
    validFrom: null,
    validUntil: null,
    aliases: aliasesOf(code),
    tickers: tickers[code] ?? {},
    ids: id === undefined ? {} : { coinpaprika: id },
    sources: [
      ...quotedBy(sources, code),
      ...(id === undefined ? [] : ["coinpaprika"]),
      ...(code in sources.coins ? ["cryptocurrencies"] : []),
    ],
    disputed: disputedName(name, {
      fawazahmed0: sources.fawazahmed0.get(code) ?? "",
      cryptocurrencies: sources.coins[code] ?? "",
    }),
  };
}

function unofficialCurrency(sources: Sources, code: string): Currency {
  const facts = unofficial[code];
  const name = sources.fawazahmed0.get(code);
  if (facts === undefined || !name) throw new Error(`${code} is quoted by nobody`);
  return {
    code: code as CurrencyCode,
    name,
    otherNames: [],
    kind: facts.kind,
    minorUnits: 2,
    symbol: facts.symbol ?? null,
    numeric: null,
    countries: facts.countries,
    validFrom: null,
    validUntil: (facts.validUntil as LocalDate | undefined) ?? null,
    aliases: aliasesOf(code),
    tickers: tickers[code] ?? {},
    ids: {},
    sources: quotedBy(sources, code),
    disputed: {},
  };
}

const aliasesOf = (code: string): string[] =>
  Object.keys(aliases)
    .filter((alias) => aliases[alias] === code)
    .toSorted();

function quotedBy(sources: Sources, code: string): string[] {
  const as = (provider: string) => tickers[code]?.[provider];
  const has = (provider: "coinbase" | "currencyfreaks") => {
    const ticker = as(provider);
    return ticker !== null && sources[provider].has(ticker ?? code);
  };
  return [
    ...(has("coinbase") ? ["coinbase"] : []),
    ...(has("currencyfreaks") ? ["currencyfreaks"] : []),
    ...(sources.fawazahmed0.has(code) ? ["fawazahmed0"] : []),
  ];
}

/** "Xchange" is not another wording of "Caribbean Guilder"; "Dutch Guilder" is one of "Netherlands Antillean Guilder". */
const sharesWord = (a: string, b: string): boolean => {
  const words = new Set(foldText(a).split(" "));
  return foldText(b)
    .split(" ")
    .some((word) => words.has(word));
};

const otherNames = (
  name: string,
  candidates: readonly (string | false | null | undefined)[],
): string[] => {
  const seen = new Set([foldText(name)]);
  return candidates.filter((other): other is string => {
    if (!other || seen.has(foldText(other))) return false;
    seen.add(foldText(other));
    return true;
  });
};

/** Other sources' names when they are another coin's: neither contains the other ("FTX Token", "FarmaTrust"). */
function disputedName(name: string, others: Readonly<Record<string, string>>): Disputed {
  const plain = (text: string) => foldText(text).replace(/[^A-Z0-9]/g, "");
  const same = (other: string) =>
    plain(name).includes(plain(other)) || plain(other).includes(plain(name));
  const differing = Object.entries(others).filter(([, other]) => !same(other));
  return differing.length === 0 ? {} : { name: { chosen: name, ...Object.fromEntries(differing) } };
}
