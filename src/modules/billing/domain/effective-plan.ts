import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { PlanCode, PlanSource, UserEntitlements } from "../contract.ts";
import { planOf, rankOf } from "./plans.ts";

/** A grant that nobody revoked, as far as it matters to what its user may do. */
export type RunningGrant = { readonly plan: PlanCode; readonly expiresAt: Instant };

export type EffectivePlan = {
  readonly plan: PlanCode;
  readonly source: PlanSource;
  readonly until: Instant | null;
};

/**
 * The highest of the default plan and all grants that are active at that instant. The default wins a tie, since it
 * does not end; among grants of one plan the one that lasts longest says until when.
 */
export function effectivePlan(
  defaultPlan: PlanCode,
  grants: readonly RunningGrant[],
  at: Instant,
): EffectivePlan {
  let best: EffectivePlan = { plan: defaultPlan, source: "default", until: null };
  for (const { plan, expiresAt } of grants) {
    if (expiresAt <= at) continue;
    const gain = rankOf(plan) - rankOf(best.plan);
    if (gain > 0 || (gain === 0 && best.until !== null && expiresAt > best.until))
      best = { plan, source: "granted", until: expiresAt };
  }
  return best;
}

export const userEntitlements = (
  userId: Id,
  { plan, source, until }: EffectivePlan,
): UserEntitlements => ({ userId, ...planOf(plan).entitlements, source, until });
