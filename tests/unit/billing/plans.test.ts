import { describe, expect, test } from "bun:test";
import { plans, rankOf } from "#modules/billing/domain/plans";
import { billingNotifications } from "#modules/billing/notifications";
import { planCodes } from "#platform/config";
import { compareMoney } from "#platform/kernel/money";
import { mailLocales, type NotificationText } from "#platform/notify/notifications";

describe("plans", () => {
  test("are those that an installation may choose its default from, in that order", () => {
    expect(plans.map(({ entitlements }) => entitlements.plan)).toEqual([...planCodes]);
    expect(planCodes.map((code) => rankOf(code))).toEqual([0, 1, 2]);
  });

  test("cost what was agreed, each more than the one before", () => {
    const prices = plans.map(({ pricePerMonth: { amount, currency } }) => `${amount} ${currency}`);
    expect(prices).toEqual(["0.00 USD", "10.00 USD", "25.00 USD"]);
    for (const [index, { pricePerMonth }] of plans.slice(1).entries()) {
      const smaller = plans[index];
      expect(smaller && compareMoney(pricePerMonth, smaller.pricePerMonth)).toBe(1);
    }
  });

  test("include all that the smaller ones include", () => {
    const features = ["aiInsights", "gbs", "advancedReporting"] as const;
    for (const [index, { entitlements: larger }] of plans.slice(1).entries()) {
      const smaller = plans[index]?.entitlements;
      for (const feature of features) expect(!smaller?.[feature] || larger[feature]).toBe(true);
      expect(larger.accountsMax).toBeNull();
    }
    expect(plans.map(({ entitlements }) => entitlements)).toEqual([
      { plan: "free", accountsMax: 3, aiInsights: false, gbs: false, advancedReporting: false },
      { plan: "plus", accountsMax: null, aiInsights: true, gbs: false, advancedReporting: false },
      { plan: "pro", accountsMax: null, aiInsights: true, gbs: true, advancedReporting: true },
    ]);
  });
});

const named = (text: NotificationText): string[] =>
  [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");

test.each(Object.entries(billingNotifications))(
  "%s is told in every language, with all its data and no others",
  (_, { data, texts }) => {
    for (const locale of mailLocales)
      expect([locale, [...new Set(named(texts[locale]))].sort()]).toEqual([
        locale,
        [...data].sort(),
      ]);
  },
);
