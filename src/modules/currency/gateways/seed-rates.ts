import { isDecimal } from "#platform/kernel/decimal";
import { type CurrencyCode, isCurrencyCode } from "#platform/kernel/money";
import { isLocalDate, type LocalDate } from "#platform/kernel/time";
import type { Quote } from "./rate-provider.ts";

export const seedRatesFile = new URL("../data/seed-rates.csv", import.meta.url);

/** One day's real rates that ship with the module: units of each currency for one unit of `base`, as published. */
export type SeedRates = {
  readonly provider: string;
  readonly base: CurrencyCode;
  readonly asOf: LocalDate;
  readonly quotes: readonly Quote[];
};

/** Throws an Error that names the line: the file ships with us, so a fault in it is a defect. */
export async function readSeedRates(file: URL = seedRatesFile): Promise<SeedRates> {
  return parseSeedRates(await Bun.file(file).text());
}

/** "# name: value" lines, the line `code,rate_per_<base>`, then one rate a line. */
export function parseSeedRates(text: string): SeedRates {
  const lines = text.trimEnd().split("\n");
  const fail = (index: number, detail: string): never => {
    throw new Error(`seed rates, line ${index + 1}: ${detail}`);
  };
  const start = lines.findIndex((line) => !line.startsWith("#"));
  const facts = new Map(
    lines.slice(0, Math.max(0, start)).map((line, index) => {
      const [, name, value] =
        /^# (\w+): (\S+)$/.exec(line) ?? fail(index, 'is not "# name: value"');
      return [name, value] as const;
    }),
  );
  const provider = facts.get("provider") ?? fail(0, "no provider is stated");
  const base = facts.get("base") ?? "";
  const asOf = facts.get("as_of") ?? "";
  if (!isCurrencyCode(base)) return fail(0, "no base currency is stated");
  if (!isLocalDate(asOf)) return fail(0, "no date is stated");
  if (lines[start] !== `code,rate_per_${base}`)
    return fail(start, `is not "code,rate_per_${base}"`);

  const seen = new Set<string>();
  const quotes = lines.slice(start + 1).map((line, offset): Quote => {
    const [code = "", rate = "", ...more] = line.split(",");
    const index = start + 1 + offset;
    if (!isCurrencyCode(code) || !isDecimal(rate) || more.length > 0 || seen.has(code))
      return fail(index, "is not one code and one decimal, or stands twice");
    seen.add(code);
    return { code, rate };
  });
  if (quotes.length === 0) return fail(start, "no rate follows");
  return { provider, base, asOf, quotes };
}
