import { invalidField } from "#platform/kernel/errors";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Catalogue, Currency } from "./catalogue.ts";

/** The currency that a person means by a code: any case, aliases too. Unknown = 422 that names `path`. */
export function resolveCurrency(
  catalogue: Pick<Catalogue, "find">,
  text: string,
  path: string,
): Currency {
  const currency = catalogue.find(text);
  if (!currency) throw invalidField(path, "Is not a currency of the catalogue.");
  return currency;
}

export const resolveCode = (
  catalogue: Pick<Catalogue, "find">,
  text: string,
  path: string,
): CurrencyCode => resolveCurrency(catalogue, text, path).code;
