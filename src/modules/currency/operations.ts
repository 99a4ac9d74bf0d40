import type { RequestContext } from "#platform/kernel/context";
import type { CurrencyDeps } from "./deps.ts";
import { convertWritten } from "./use-cases/convert-many.ts";
import { getCurrency, listCurrencies } from "./use-cases/list-currencies.ts";
import { listProviders } from "./use-cases/list-providers.ts";
import { listRates } from "./use-cases/list-rates.ts";
import { rateHistory } from "./use-cases/rate-history.ts";

/** All use-cases with their deps bound: what routes call. */
export type CurrencyOperations = ReturnType<typeof bindOperations>;

export const bindOperations = (deps: CurrencyDeps) => ({
  listCurrencies: (ctx: RequestContext, input: Parameters<typeof listCurrencies>[2]) =>
    listCurrencies(deps, ctx, input),
  getCurrency: (ctx: RequestContext, input: Parameters<typeof getCurrency>[2]) =>
    getCurrency(deps, ctx, input),
  listRates: (ctx: RequestContext, input: Parameters<typeof listRates>[2]) =>
    listRates(deps, ctx, input),
  rateHistory: (ctx: RequestContext, input: Parameters<typeof rateHistory>[2]) =>
    rateHistory(deps, ctx, input),
  listProviders: (ctx: RequestContext) => listProviders(deps, ctx),
  convert: (
    ctx: RequestContext,
    input: Parameters<typeof convertWritten>[2],
    pathOf: (index: number) => string,
  ) => convertWritten(deps, ctx, input, pathOf),
});
