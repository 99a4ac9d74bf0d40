/**
 * What the packages do not know, or know otherwise than the standard: small on purpose, each entry with its source.
 * currency-codes 2.2.0 is ISO 4217 list one of 2024-06-25, that is up to amendment 177.
 */

/** "Now" for the question which countries use a currency; moved on by hand when the sources are. */
export const asOf = "2026-09-29";

export type Amendment = {
  readonly number: number;
  readonly code: string;
  /** Enters list one, or leaves it for list three. */
  readonly action: "add" | "remove";
  readonly name?: string;
  readonly numeric?: string;
  readonly minorUnits?: number;
  /** The day it was last money. */
  readonly validUntil?: string;
};

/** ISO 4217 amendments that list one of 2024-06-25 does not contain yet. There was none after 180 by September 2026. */
export const amendments: readonly Amendment[] = [
  // Caribbean guilder of Curaçao and Sint Maarten from 2025-03-31; it keeps the numeric code of its predecessor.
  {
    number: 176,
    code: "XCG",
    action: "add",
    name: "Caribbean Guilder",
    numeric: "532",
    minorUnits: 2,
  },
  // "expires as legal tender by July 1, 2025".
  { number: 176, code: "ANG", action: "remove", validUntil: "2025-06-30" },
  // "withdrawal process completed within 180 days, ending on June 30, 2021"; listed as historic only in 2025.
  { number: 178, code: "CUC", action: "remove", validUntil: "2021-06-30" },
  // Unit of account of the Arab Monetary Fund, from 2025-05-12.
  {
    number: 179,
    code: "XAD",
    action: "add",
    name: "Arab Accounting Dinar",
    numeric: "396",
    minorUnits: 2,
  },
  // Bulgaria adopts the euro on 2026-01-01; both circulate to the end of January.
  { number: 180, code: "BGN", action: "remove", validUntil: "2026-01-31" },
];

/** Codes of ISO 4217 that are no currency: for testing, and "no currency involved". */
export const noCurrency: ReadonlySet<string> = new Set(["XTS", "XXX"]);

export const metals: ReadonlySet<string> = new Set(["XAG", "XAU", "XPD", "XPT"]);

/** Funds, indices and accounting units: CLDR calls most of them "not tender". */
export const unitsOfAccount: ReadonlySet<string> = new Set(
  "BOV CHE CHW CLF COU ECV MXV USN USS UYI UYW XAD XBA XBB XBC XBD XDR XEU XFO XFU XRE XSU XUA".split(
    " ",
  ),
);

/**
 * Decimals where ISO 4217 states none ("N.A.") and where there is no standard.
 * Metals are traded in troy ounces: a millionth of an ounce of gold is less than a cent. Units of account are kept
 * to two decimals by the institutions that issue them. Coins: eight, as Bitcoin's own smallest unit; more would only
 * show digits that quoted rates do not carry.
 */
export const defaultMinorUnits = { metal: 6, unitOfAccount: 2, crypto: 8 } as const;
export const withoutMinorUnit: ReadonlySet<string> = new Set(
  "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XUA".split(" "),
);

/** Numeric codes of list three (historic denominations) that CLDR's mapping leaves out. */
export const historicNumerics: Readonly<Record<string, string>> = {
  ANG: "532",
  ATS: "040",
  AZM: "031",
  BEF: "056",
  CUC: "931",
  CYP: "196",
  DEM: "276",
  EEK: "233",
  ESP: "724",
  FIM: "246",
  FRF: "250",
  GHC: "288",
  GRD: "300",
  IEP: "372",
  ITL: "380",
  LUF: "442",
  LVL: "428",
  MGF: "450",
  MTL: "470",
  MZM: "508",
  NLG: "528",
  PTE: "620",
  ROL: "642",
  SDD: "736",
  SIT: "705",
  SKK: "703",
  SRG: "740",
  TMM: "795",
  TRL: "792",
  VEB: "862",
  ZMK: "894",
  ZWD: "716",
  ZWL: "932",
};

/** Withdrawal dates of list three, which states months, where CLDR has none: convertible and financial variants. */
export const historicEnds: Readonly<Record<string, string>> = {
  BEC: "1990-03-31",
  BEL: "1990-03-31",
  CNX: "1989-12-31",
  ESA: "1981-12-31",
  ESB: "1994-12-31",
  LUC: "1990-03-31",
  LUL: "1990-03-31",
  ZAL: "1995-03-31",
};

/** In force by ISO's list though CLDR knows no country that pays with it. */
export const countriesByIso: Readonly<Record<string, readonly string[]>> = {
  SVC: ["SV"], // still in list one beside USD; not in circulation since 2001
  VED: ["VE"], // the digital bolívar: the same money as VES under a second code (amendment 170)
};

/** CLDR's own codes for parts of a country that ISO 3166 has no code for. XK (Kosovo) stays: users look for it. */
export const regionOf: Readonly<Record<string, string>> = {
  AC: "SH",
  DG: "IO",
  EA: "ES",
  IC: "ES",
  TA: "SH",
};
export const noCountry: ReadonlySet<string> = new Set(["CP", "CQ", "EU", "ZZ"]);

/** Money without an ISO code that fawazahmed0 quotes: local issues at par with another currency, and a micronation's. */
export const unofficial: Readonly<
  Record<
    string,
    { kind: "fiat" | "other"; countries: string[]; validUntil?: string; symbol?: string }
  >
> = {
  GGP: { kind: "fiat", countries: ["GG"], symbol: "£" },
  IMP: { kind: "fiat", countries: ["IM"], symbol: "£" },
  JEP: { kind: "fiat", countries: ["JE"], symbol: "£" },
  SPL: { kind: "other", countries: [] },
  TVD: { kind: "fiat", countries: ["TV"], symbol: "$" },
  // Ended with the Italian lira, to which it was at par.
  VAL: { kind: "fiat", countries: [], validUntil: "2002-02-28" },
};

/** Signs that are in Unicode or in common use. */
export const coinSymbols: Readonly<Record<string, string>> = {
  ADA: "₳",
  BTC: "₿",
  DOGE: "Ð",
  ETH: "Ξ",
  LTC: "Ł",
  XTZ: "ꜩ",
};

/** Another code of the very same thing, one for one and never to part again: alias -> code. */
export const aliases: Readonly<Record<string, string>> = {
  CGLD: "CELO", // Coinbase's code for Celo
  CORECHAIN: "CORE", // Coinbase's code for Core
  COSMOSDYDX: "DYDX", // Coinbase's code for dYdX on its own chain
  ETH2: "ETH", // Coinbase's code for staked ether, quoted at the price of ether
  EUROC: "EURC", // Circle's name for it until 2023
  JUPITER: "JUP", // Coinbase's code for Jupiter; its JUP is another coin
  MIOTA: "IOTA", // CoinPaprika's symbol; a million of the old smallest unit, which is today's IOTA
  PAX: "USDP", // Paxos Standard until 2021
  REPV2: "REP", // Augur after its token migration
  XBT: "BTC", // in the style of ISO 4217: X for "no country"
  ZETACHAIN: "ZETA", // Coinbase quotes both, alike
};

/**
 * Tickers of providers that are not our code. null: that provider's ticker is another coin than our entry, nobody can
 * tell which one, or its rate has stood still for years. Coinbase: compared on 2026-08-28 with fawazahmed0's rates of that day.
 */
export const tickers: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  AI: { coinbase: null }, // never listed Sleepless AI
  BAN: { currencyfreaks: null }, // Banano, not the Bosnian dinar of 1994
  CELO: { coinbase: "CGLD" },
  CORE: { coinbase: "CORECHAIN" },
  DYDX: { coinbase: "COSMOSDYDX" },
  ERN: { coinbase: null, currencyfreaks: null }, // Ethernity Chain at 0.03 USD; the nakfa is pegged at 15 per USD
  ESP: { coinbase: null }, // Espresso at 0.09 USD; the peseta is 166.386 per euro for ever
  GMT: { coinpaprika: null }, // its first GMT by rank is GoMining
  GNS: { currencyfreaks: null }, // Gains Network, not the syli of Guinea
  JUP: { coinbase: "JUPITER", currencyfreaks: null }, // the bare JUP is Jupiter Project
  MNT: { coinbase: null }, // 2,623 tugrik per USD, as in 2019; it traded at 3,600
  MONA: { coinpaprika: null }, // Monavale here; its first MONA by rank is MonaCoin
  MTL: { coinbase: null, currencyfreaks: null }, // Metal DAO, not the Maltese lira
  PROS: { coinpaprika: null }, // Prosper has the same symbol
  SYP: { coinbase: null }, // 513 pounds per USD, the official rate of 2016; it traded at 12,997
  TRUMP: { currencyfreaks: null }, // quoted under it before this coin existed: MAGA
  USDP: { coinbase: "PAX" },
  VELO: { coinpaprika: null, currencyfreaks: null }, // Velodrome here; Velo has the same symbol
  XBC: { currencyfreaks: null }, // Bitcoin Plus, not the bond markets unit
};
