/**
 * Rebuilds src/modules/currency/data/currencies.json from the pinned packages and the lists in scripts/catalogue.
 * No network. Run it after one of them changed: `bun scripts/build-catalogue.ts`; a test compares the two.
 */
import type { Currency } from "../src/modules/currency/domain/catalogue.ts";
import { assemble } from "./catalogue/assemble.ts";
import { readSources } from "./catalogue/sources.ts";

const target = new URL("../src/modules/currency/data/currencies.json", import.meta.url);

/** One currency a line, so that a change is one line of a diff; fields that say nothing are left out. */
export async function buildCatalogue(): Promise<string> {
  const lines = assemble(await readSources()).map((currency) =>
    JSON.stringify(currency, dropEmpty),
  );
  return `[\n${lines.join(",\n")}\n]\n`;
}

function dropEmpty(key: string, value: unknown): unknown {
  if (value === null) return key in optional ? undefined : value;
  if (typeof value !== "object") return value;
  return Object.keys(value).length === 0 ? undefined : value;
}

/** Fields whose null means "unknown"; the null of a ticker means something else and stays. */
const optional: Partial<Record<keyof Currency, true>> = {
  symbol: true,
  numeric: true,
  validFrom: true,
  validUntil: true,
};

if (import.meta.main) {
  await Bun.write(target, await buildCatalogue());
  console.log(`wrote ${target.pathname}`);
}
