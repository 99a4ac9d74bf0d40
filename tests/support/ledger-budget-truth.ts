import { expect } from "bun:test";
import type { Category, Transaction } from "#modules/ledger/contract";
import { importRates } from "./accounts.ts";
import { type Budget, progressOn } from "./budgets.ts";
import { planDays } from "./ledger-plans.ts";
import type { World } from "./ledger-world.ts";
import type { TestApp } from "./test-app.ts";
import { digitsOf, unitsOf } from "./transaction-arbitraries.ts";

/** Hundredths for one US dollar, by the day in turn; every quotient of two has an end. */
const rates: readonly Readonly<Record<string, bigint>>[] = [
  { EUR: 50n, JPY: 10_000n, KWD: 25n },
  { EUR: 80n, JPY: 20_000n, KWD: 32n },
];
const ratesOn = (index: number) => rates[index % rates.length] ?? {};

export function importPlanRates(api: TestApp): Promise<void> {
  const written = (rate: bigint) => (Number(rate) / 100).toString();
  return importRates(
    api,
    Object.fromEntries(
      planDays.map((day, index) => [
        day,
        Object.fromEntries(Object.entries(ratesOn(index)).map(([code, r]) => [code, written(r)])),
      ]),
    ),
  );
}
const rateOf = (day: string, currency: string): bigint =>
  ratesOn((planDays as readonly string[]).indexOf(day))[currency] ?? 1n;

/** Converted at each day's own rate, added up, and rounded once, half to even. */
function convertedSum(parts: readonly { day: string; units: bigint; from: string }[], to: string) {
  const scale = (currency: string) => 10n ** BigInt(digitsOf[currency] ?? 0);
  // A denominator that all rates go into.
  const whole = 10_000_000_000n;
  const sum = parts.reduce((total, { day, units, from }) => {
    const rate = (rateOf(day, to) * whole) / rateOf(day, from);
    return total + (units * (from === to ? whole : rate) * scale(to) * 1_000n) / scale(from);
  }, 0n);
  const unit = whole * 1_000n;
  const [sign, size] = sum < 0n ? [-1n, -sum] : [1n, sum];
  const [floor, rest] = [size / unit, size % unit];
  const up = rest * 2n > unit || (rest * 2n === unit && floor % 2n === 1n);
  return sign * (up ? floor + 1n : floor);
}

/** What a budget has spent is the sum of the transactions of its period, in its categories and those below them. */
export async function expectBudgets(world: World, active: readonly Transaction[]): Promise<void> {
  const { user } = world;
  const tree = (await user.get<{ items: Category[] }>("/v1/categories")).body.items;
  for (const id of world.budgets) {
    const budget = (await user.get<Budget>(`/v1/budgets/${id}`)).body;
    const covered = new Set(budget.categoryIds);
    for (const { id: child, parentId } of tree)
      if (parentId !== null && covered.has(parentId)) covered.add(child);
    const { currency } = budget.amount;
    for (const day of planDays) {
      const progress = await progressOn(user, budget, day);
      const { start, end } = progress.period;
      const parts = active
        .filter(({ date }) => date >= start && date <= end)
        .flatMap(({ date, kind, splits }) =>
          splits
            .filter(({ categoryId }) => covered.has(categoryId))
            .map((split) => {
              const units = unitsOf(split.amount);
              return {
                ...{ day: date, from: split.amount.currency },
                units: kind === "income" ? -units : units,
              };
            }),
        );
      const spent = unitsOf(progress.spent as Transaction["amount"]);
      expect([day, spent, progress.unconverted]).toEqual([day, convertedSum(parts, currency), []]);
    }
  }
}
