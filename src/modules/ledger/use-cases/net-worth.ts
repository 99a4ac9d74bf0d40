import type { RequestContext } from "#platform/kernel/context";
import {
  addDecimals,
  type DecimalString,
  multiplyDecimals,
  negate,
  one,
  subtractDecimals,
  zero,
} from "#platform/kernel/decimal";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import { maxNetWorthPoints } from "../bounds.ts";
import type { DayRate, NetWorth, NetWorthPoint, UsedRate } from "../contract.ts";
import type { HoldingRow } from "../deps.ts";
import { liabilityKinds } from "../domain/account.ts";
import { everyDay, monthEnds } from "../domain/day-range.ts";
import { shownMoney } from "../domain/shown-money.ts";
import {
  type AtMarketRates,
  atMarketRates,
  dayRate,
  frameOf,
  type InsightDeps,
  type InsightInput,
  type InsightScope,
  readScope,
  requireFewRates,
} from "./insight-scope.ts";
import { type RateOn, ratesByDay } from "./rates-by-day.ts";

/** What all accounts of a book were worth at the end of each month or day, at the rates of that day. */
export async function netWorth(
  deps: InsightDeps,
  ctx: RequestContext,
  input: InsightInput & { readonly interval?: "month" | "day" | undefined },
): Promise<ShownNetWorth> {
  const scope = await readScope(deps, ctx, input);
  const pick = input.interval === "day" ? everyDay : monthEnds;
  const found = await netWorthIn(deps, ctx, scope, pick);
  const items = found.items.map(({ rates, ...point }) => ({
    ...point,
    rates: rates.map(shownRate),
  }));
  return { ...found, ...atMarketRates, items };
}

/** As the API tells it. */
type ShownNetWorth = Omit<NetWorth, "items"> &
  AtMarketRates & {
    readonly items: readonly (Omit<NetWorthPoint, "rates"> & {
      readonly rates: readonly UsedRate[];
    })[];
  };

const shownRate = ({ currency, rate, observedAt, stale }: UsedRate): UsedRate => ({
  ...{ currency, rate, observedAt, stale },
});

/** As {@link netWorth}, at whatever rates and of whatever accounts, by the ends of months unless said otherwise. */
export async function netWorthIn(
  deps: InsightDeps,
  ctx: RequestContext,
  scope: InsightScope,
  pick: typeof everyDay = monthEnds,
): Promise<NetWorth> {
  const days = pick(scope.range, maxNetWorthPoints);
  const { bookId, currency, accountIds } = scope;
  const query = { bookId, accountIds, days, liabilityKinds };
  const held = await deps.balances.holdings(deps.db.read, query);
  const pairs = held
    .filter((row) => row.currency !== currency)
    .map((row) => ({ day: row.on, from: row.currency, to: currency }));
  requireFewRates(pairs.length);
  const rateOn = await ratesByDay(deps, ctx, pairs, scope.rule);
  const byDay = Map.groupBy(held, ({ on }) => on);
  return {
    ...frameOf(scope),
    items: days.map((on) => pointOf(deps, scope, { on, held: byDay.get(on) ?? [], rateOn })),
  };
}

function pointOf(
  { scales }: Pick<InsightDeps, "scales">,
  { currency }: InsightScope,
  {
    on,
    held,
    rateOn,
  }: {
    readonly on: LocalDate;
    readonly held: readonly HoldingRow[];
    readonly rateOn: RateOn;
  },
): NetWorthPoint {
  const rates = new Map<CurrencyCode, DayRate>();
  const unconverted = new Map<CurrencyCode, DecimalString>();
  let assets = zero;
  let owed = zero;
  for (const row of held) {
    const { currency: from, balance, isLiability } = row;
    const used = from === currency ? undefined : dayRate(rateOn, { day: on, from, to: currency });
    if (used) rates.set(from, used);
    if (from !== currency && !used) {
      unconverted.set(from, addDecimals(unconverted.get(from) ?? zero, balance));
      continue;
    }
    // Unrounded until all are added up.
    const value = multiplyDecimals(balance, used?.rate ?? one);
    if (isLiability) owed = addDecimals(owed, negate(value));
    else assets = addDecimals(assets, value);
  }
  const [shownAssets, shownLiabilities] = [assets, owed].map((amount) =>
    shownMoney(amount, currency, scales),
  ) as [Money, Money];
  return {
    on,
    assets: shownAssets,
    liabilities: shownLiabilities,
    net: shownMoney(
      subtractDecimals(shownAssets.amount, shownLiabilities.amount),
      currency,
      scales,
    ),
    unconverted: [...unconverted].map(([from, amount]) => shownMoney(amount, from, scales)),
    rates: [...rates.values()],
  };
}
