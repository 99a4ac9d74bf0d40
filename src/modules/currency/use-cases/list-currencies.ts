import type { RequestContext } from "#platform/kernel/context";
import { decodeCursor, type Page } from "#platform/kernel/page";
import type { CurrencyDeps } from "../deps.ts";
import type { Currency, CurrencyFilter } from "../domain/catalogue.ts";
import { currencyErrors } from "../errors.ts";

/** What clients see of a catalogue entry. How providers call it is our affair. */
const shown = [
  "code",
  "name",
  "otherNames",
  "kind",
  "minorUnits",
  "symbol",
  "numeric",
  "countries",
  "validFrom",
  "validUntil",
  "aliases",
  "sources",
  "disputed",
] as const satisfies readonly (keyof Currency)[];

/** `quoted`: whether the market source has a rate for it. */
export type CurrencyView = Pick<Currency, (typeof shown)[number]> & { readonly quoted: boolean };

type Deps = Pick<CurrencyDeps, "catalogue" | "latest">;

export async function listCurrencies(
  deps: Deps,
  _ctx: RequestContext,
  input: CurrencyFilter & { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<CurrencyView>> {
  const { cursor, limit, ...filter } = input;
  const after = cursor === undefined ? undefined : decodeCursor(cursor, 1)[0];
  const latest = deps.latest.current();
  const page = deps.catalogue.list(filter, { after, limit }, (code) =>
    latest.isQuoted(code, "market"),
  );
  return { ...page, items: page.items.map((currency) => withQuoted(deps, currency)) };
}

/** By code or alias, in any case. */
export async function getCurrency(
  deps: Deps,
  _ctx: RequestContext,
  input: { readonly code: string },
): Promise<CurrencyView> {
  const currency = deps.catalogue.find(input.code);
  if (!currency) throw currencyErrors.fail("not_found", "The catalogue has no such currency.");
  return withQuoted(deps, currency);
}

function withQuoted(deps: Deps, currency: Currency): CurrencyView {
  const entries = shown.map((field) => [field, currency[field]]);
  const quoted = deps.latest.current().isQuoted(currency.code, "market");
  return { ...(Object.fromEntries(entries) as Pick<Currency, (typeof shown)[number]>), quoted };
}
