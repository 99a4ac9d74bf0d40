import { parseDecimal } from "#platform/kernel/decimal";
import { type Money, parseCurrencyCode } from "#platform/kernel/money";
import type { Entitlements, PlanCode } from "../contract.ts";

export type Plan = {
  readonly name: string;
  readonly pricePerMonth: Money;
  readonly entitlements: Entitlements;
};

const usd = (amount: string): Money => ({
  amount: parseDecimal(amount),
  currency: parseCurrencyCode("USD"),
});

/** All there is to buy and to be given, the smallest first. Code, not rows: nobody changes a plan but a release. */
export const plans: readonly Plan[] = [
  {
    name: "Free",
    pricePerMonth: usd("0.00"),
    entitlements: {
      plan: "free",
      accountsMax: 3,
      aiInsights: false,
      gbs: false,
      advancedReporting: false,
    },
  },
  {
    name: "Plus",
    pricePerMonth: usd("10.00"),
    entitlements: {
      plan: "plus",
      accountsMax: null,
      aiInsights: true,
      gbs: false,
      advancedReporting: false,
    },
  },
  {
    name: "Pro",
    pricePerMonth: usd("25.00"),
    entitlements: {
      plan: "pro",
      accountsMax: null,
      aiInsights: true,
      gbs: true,
      advancedReporting: true,
    },
  },
];

/** Its place among the plans; the higher one wins. */
export const rankOf = (code: PlanCode): number =>
  plans.findIndex(({ entitlements }) => entitlements.plan === code);

export function planOf(code: PlanCode): Plan {
  const plan = plans[rankOf(code)];
  if (!plan) throw new TypeError(`there is no plan ${code}`);
  return plan;
}
