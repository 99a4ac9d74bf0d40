import type { RequestContext } from "#platform/kernel/context";
import { isDecimal, maxIntegerDigits } from "#platform/kernel/decimal";
import { invalidField } from "#platform/kernel/errors";
import { convertMoney, type Money, parseAmount, scaleOf } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { Conversion, ConvertManyInput, RateSource } from "../contract.ts";
import type { CurrencyDeps } from "../deps.ts";
import { resolveCurrency } from "../domain/resolve-code.ts";
import { findRatesAt, requireAll } from "./rates-at.ts";

type Deps = Pick<CurrencyDeps, "db" | "clock" | "catalogue" | "latest" | "rates" | "rules">;

/** Converts each amount at the pair's rate, rounded half-even once to the target's decimals. All or none. */
export async function convertMany(
  deps: Deps,
  ctx: RequestContext,
  input: ConvertManyInput,
): Promise<readonly Conversion[]> {
  return convert(deps, ctx, input, (index) => `/conversions/${index}/`);
}

/** One conversion as a person writes it: codes in any case, aliases too. */
export type WrittenConversion = {
  readonly amount: string;
  readonly from: string;
  readonly to: string;
  readonly at?: Instant | undefined;
};

/** Like {@link convertMany} for texts. `pathOf(index)` comes before the names of the fields that errors name. */
export async function convertWritten(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly conversions: readonly WrittenConversion[]; readonly source: RateSource },
  pathOf: (index: number) => string,
): Promise<readonly Conversion[]> {
  const conversions = input.conversions.map(({ amount, from, to, at }, index) => {
    const path = pathOf(index);
    const { code, minorUnits } = resolveCurrency(deps.catalogue, from, `${path}from`);
    return {
      from: { amount: parseAmount(amount, minorUnits, `${path}amount`), currency: code },
      to: resolveCurrency(deps.catalogue, to, `${path}to`).code,
      ...(at === undefined ? {} : { at }),
    };
  });
  return convert(deps, ctx, { conversions, source: input.source }, pathOf);
}

async function convert(
  deps: Deps,
  ctx: RequestContext,
  { conversions, source }: ConvertManyInput,
  pathOf: (index: number) => string,
): Promise<readonly Conversion[]> {
  const digits = conversions.map(({ to }, index) =>
    scaleOf(deps.catalogue, to, `${pathOf(index)}to`),
  );
  const pairs = conversions.map(({ from, to, at }) => ({
    base: from.currency,
    quote: to,
    ...(at === undefined ? {} : { at }),
  }));
  const found = await findRatesAt(deps, ctx, { pairs, source }, (index) => `${pathOf(index)}at`);
  const rates = requireAll(found, pairs, (index) => `${pathOf(index)}to`);
  return conversions.map(({ from, to }, index) => {
    const rate = rates[index];
    if (!rate) throw new Error("a rate is missing after all were found");
    const result = convertMoney(from, rate.rate, to, digits[index] ?? 0);
    return { from, to: withinBounds(result, `${pathOf(index)}amount`), rate };
  });
}

/** A million billion of one currency may be more of another than an amount can be. */
function withinBounds(money: Money, path: string): Money {
  if (isDecimal(money.amount)) return money;
  throw invalidField(path, `Gives an amount of more than ${maxIntegerDigits} digits.`);
}
