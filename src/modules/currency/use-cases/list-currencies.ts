import type { RequestContext } from "#platform/kernel/context";
import { decodeCursor, type Page } from "#platform/kernel/page";
import type { CurrencyDeps } from "../deps.ts";
import type { Currency, CurrencyFilter } from "../domain/catalogue.ts";
import { currencyErrors } from "../errors.ts";

/** A catalogue entry and whether the market source has a rate for it. How providers call it is our affair. */
export type CurrencyView = Omit<Currency, "tickers"> & { readonly quoted: boolean };

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

function withQuoted(deps: Deps, { tickers: _, ...currency }: Currency): CurrencyView {
  return { ...currency, quoted: deps.latest.current().isQuoted(currency.code, "market") };
}
