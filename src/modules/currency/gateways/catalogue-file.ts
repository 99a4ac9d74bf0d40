import { isCurrencyCode } from "#platform/kernel/money";
import { isLocalDate } from "#platform/kernel/time";
import { type Currency, currencyKinds } from "../domain/catalogue.ts";

export const catalogueFile = new URL("../data/currencies.json", import.meta.url);

/** As deep as PostgreSQL and the money arithmetic go is far more; no currency has more decimals than this. */
const maxMinorUnits = 18;
const maxTextLength = 100;

/** The catalogue cannot be used: the message names the file, the entry and what is wrong with it. */
export class CatalogueError extends Error {
  override readonly name = "CatalogueError";
}

/** Reads and checks the shipped catalogue. Throws {@link CatalogueError}. */
export async function readCatalogueFile(file: URL = catalogueFile): Promise<readonly Currency[]> {
  const text = await Bun.file(file)
    .text()
    .catch((cause: unknown) => {
      throw new CatalogueError(`${file.pathname}: cannot be read`, { cause });
    });
  return parseCatalogue(text, file.pathname);
}

/** `text`: a JSON array of entries in which fields that say nothing are left out. */
export function parseCatalogue(text: string, fileName: string): readonly Currency[] {
  const fail = (detail: string): never => {
    throw new CatalogueError(`${fileName}: ${detail}`);
  };
  const entries = parseArray(text) ?? fail("is not a JSON array");
  const currencies = entries.map((entry, index) => {
    const problems: string[] = [];
    const currency = readEntry(entry, (problem) => problems.push(problem));
    if (problems.length > 0 || !currency)
      fail(`entry ${index + 1} (${label(entry)}): ${problems.join("; ")}`);
    return currency as Currency;
  });
  const clash = firstClash(currencies);
  if (clash) fail(clash);
  return currencies;
}

function parseArray(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const label = (entry: unknown): string => {
  const code = isRecord(entry) ? entry["code"] : undefined;
  return typeof code === "string" ? code.slice(0, maxTextLength) : "without a code";
};

const fields = new Set(
  "code name otherNames kind minorUnits symbol numeric countries validFrom validUntil aliases tickers ids sources disputed".split(
    " ",
  ),
);

function readEntry(entry: unknown, problem: (text: string) => void): Currency | undefined {
  if (!isRecord(entry)) {
    problem("is not an object");
    return undefined;
  }
  const check = <T>(field: keyof Currency, fallback: T, holds: (value: unknown) => boolean): T => {
    const value = entry[field] ?? fallback;
    if (value !== null && !holds(value)) problem(`bad ${field}`);
    return value as T;
  };
  const required = (holds: (value: unknown) => boolean) => (value: unknown) =>
    value !== undefined && holds(value);
  for (const field of Object.keys(entry)) if (!fields.has(field)) problem(`unknown field ${field}`);

  const currency: Currency = {
    code: check(
      "code",
      undefined as never,
      required((v) => isText(v) && isCurrencyCode(v)),
    ),
    name: check("name", undefined as never, required(isText)),
    otherNames: check("otherNames", [], isTexts),
    kind: check(
      "kind",
      undefined as never,
      required((v) => currencyKinds.some((kind) => kind === v)),
    ),
    minorUnits: check("minorUnits", undefined as never, required(isMinorUnits)),
    symbol: check("symbol", null, isText),
    numeric: check("numeric", null, (v) => isText(v) && /^\d{3}$/.test(v)),
    countries: check(
      "countries",
      [],
      (v) => isTexts(v) && v.every((one) => /^[A-Z]{2}$/.test(one)),
    ),
    validFrom: check("validFrom", null, (v) => isText(v) && isLocalDate(v)),
    validUntil: check("validUntil", null, (v) => isText(v) && isLocalDate(v)),
    aliases: check("aliases", [], (v) => isTexts(v) && v.every(isCurrencyCode)),
    tickers: check("tickers", {}, isTickers),
    ids: check("ids", {}, isTextRecord),
    sources: check("sources", [], isTexts),
    disputed: check("disputed", {}, (v) => isRecord(v) && Object.values(v).every(isTextRecord)),
  };
  if (currency.sources.length === 0) problem("bad sources");
  if (currency.validFrom && currency.validUntil && currency.validUntil < currency.validFrom)
    problem("validUntil is before validFrom");
  return currency;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string =>
  typeof value === "string" && value.trim() !== "" && value.length <= maxTextLength;
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isTextRecord = (value: unknown) => isRecord(value) && Object.values(value).every(isText);
const isTickers = (value: unknown) =>
  isRecord(value) && Object.values(value).every((ticker) => ticker === null || isText(ticker));
const isMinorUnits = (value: unknown) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maxMinorUnits;

/** A code, alias or ticker that would mean two currencies. */
function firstClash(currencies: readonly Currency[]): string | undefined {
  const owners = new Map<string, string>();
  const claim = (what: string, code: string): string | undefined => {
    const owner = owners.get(what);
    owners.set(what, code);
    return owner === undefined ? undefined : `${what} stands for both ${owner} and ${code}`;
  };
  const names = currencies.flatMap(({ code, aliases }) =>
    [code, ...aliases].map((name) => [name, code] as const),
  );
  const tickers = currencies.flatMap(({ code, tickers }) =>
    Object.entries(tickers)
      .filter(([, ticker]) => ticker !== null)
      .map(([provider, ticker]) => [`${provider}'s ${ticker}`, code] as const),
  );
  const ids = currencies.flatMap(({ code, ids }) =>
    Object.entries(ids).map(([provider, id]) => [`${provider}'s id ${id}`, code] as const),
  );
  for (const [what, code] of [...names, ...tickers, ...ids]) {
    const clash = claim(what, code);
    if (clash) return clash;
  }
  return undefined;
}
