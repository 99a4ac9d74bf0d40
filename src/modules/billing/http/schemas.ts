import { t } from "elysia";
import {
  cursor,
  id,
  instant,
  money,
  oneOf,
  orNull,
  pageLimit,
  pageOf,
} from "#platform/http/schemas";

const record = <P extends Parameters<typeof t.Object>[0]>(properties: P) =>
  t.Object(properties, { additionalProperties: false });

const plan = oneOf(["free", "plus", "pro"], {
  description: "Each plan includes all of those before it.",
  examples: ["plus"],
});

const entitlements = {
  plan,
  accountsMax: orNull(
    t.Integer({ description: "Accounts you may have; null = as many as you like.", examples: [3] }),
  ),
  aiInsights: t.Boolean({ description: "Insights by artificial intelligence." }),
  gbs: t.Boolean({ description: "Guaranteed borrowing: offering debts." }),
  advancedReporting: t.Boolean(),
};

export const planList = record({
  items: t.Array(
    record({
      name: t.String({ examples: ["Plus"] }),
      pricePerMonth: money({ examples: [{ amount: "10.00", currency: "USD" }] }),
      entitlements: record(entitlements),
    }),
    { maxItems: 3 },
  ),
});

export const ownPlanQuery = t.Object({ cursor, limit: pageLimit });

const grant = record({
  id: id(),
  plan,
  status: oneOf(["active", "expired", "revoked"]),
  reason: t.String({ examples: ["Thank you for the translation"] }),
  grantedAt: instant(),
  expiresAt: instant(),
  revokedAt: orNull(instant()),
  revokedReason: orNull(t.String()),
});

export const ownPlan = record({
  ...entitlements,
  source: oneOf(["default", "granted"], {
    description:
      "`default`: the plan that everybody has. `granted`: you were given a higher one for a while.",
  }),
  until: orNull(
    instant({ description: "From then on you have a lower plan; null = it does not end." }),
  ),
  grants: pageOf(grant),
});
