import type { RequestContext } from "#platform/kernel/context";
import { convertMoney, scaleOf } from "#platform/kernel/money";
import type { Conversion, ConvertManyInput } from "../contract.ts";
import type { CurrencyDeps } from "../deps.ts";
import { findRatesAt, requireAll } from "./rates-at.ts";

type Deps = Pick<CurrencyDeps, "db" | "clock" | "catalogue" | "latest" | "rates" | "rules">;

/** Converts each amount at the pair's rate, rounded half-even once to the target's decimals. All or none. */
export async function convertMany(
  deps: Deps,
  ctx: RequestContext,
  { conversions, source }: ConvertManyInput,
): Promise<readonly Conversion[]> {
  const digits = conversions.map(({ to }, index) =>
    scaleOf(deps.catalogue, to, `/conversions/${index}/to`),
  );
  const pairs = conversions.map(({ from, to, at }) => ({
    base: from.currency,
    quote: to,
    ...(at === undefined ? {} : { at }),
  }));
  const found = await findRatesAt(deps, ctx, { pairs, source });
  const rates = requireAll(found, pairs, (index) => `/conversions/${index}`);
  return conversions.map(({ from, to }, index) => {
    const rate = rates[index];
    if (!rate) throw new Error("a rate is missing after all were found");
    return { from, to: convertMoney(from, rate.rate, to, digits[index] ?? 0), rate };
  });
}
