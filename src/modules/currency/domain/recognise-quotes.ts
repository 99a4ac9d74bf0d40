import type { CurrencyCode } from "#platform/kernel/money";
import type { Catalogue } from "./catalogue.ts";

export type RecognisedQuotes = {
  /** Under the catalogue's codes, each once, without the pivot. */
  readonly quotes: readonly { readonly code: CurrencyCode; readonly rate: string }[];
  /** Tickers that are nothing of the catalogue's. */
  readonly unknown: number;
};

/**
 * What the provider's tickers mean in our catalogue. Where two tickers mean one currency (BTC and XBT), the one that
 * is the code itself wins: the two are separate feeds and differ by up to 0.2 %.
 */
export function recogniseQuotes(
  catalogue: Pick<Catalogue, "findTicker">,
  provider: string,
  pivot: CurrencyCode,
  quotes: readonly { readonly code: string; readonly rate: string }[],
): RecognisedQuotes {
  const byCode = new Map<CurrencyCode, { rate: string; exact: boolean }>();
  let unknown = 0;
  for (const { code: ticker, rate } of quotes) {
    const code = catalogue.findTicker(provider, ticker)?.code;
    if (code === undefined) unknown += 1;
    else if (code !== pivot && (!byCode.has(code) || (code === ticker && !byCode.get(code)?.exact)))
      byCode.set(code, { rate, exact: code === ticker });
  }
  return { quotes: [...byCode].map(([code, { rate }]) => ({ code, rate })), unknown };
}
