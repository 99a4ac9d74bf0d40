import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { PlanCode, UserEntitlements } from "../contract.ts";
import type { BillingDeps } from "../deps.ts";
import { effectivePlan, userEntitlements } from "../domain/effective-plan.ts";

/** Bound of one question. */
const maxUsers = 1_000;

type Input = { readonly userIds: readonly Id[] };

export async function entitlementsOf(
  deps: Pick<BillingDeps, "clock" | "defaultPlan" | "running">,
  _ctx: RequestContext,
  { userIds }: Input,
): Promise<readonly UserEntitlements[]> {
  requireBounded(userIds);
  const grants = await deps.running.of(userIds);
  const now = deps.clock.now();
  return userIds.map((userId) =>
    userEntitlements(userId, effectivePlan(deps.defaultPlan, grants.get(userId) ?? [], now)),
  );
}

/** Past what the node remembers: a token that is made after a change must claim what was changed. */
export async function claimsOf(
  deps: Pick<BillingDeps, "db" | "clock" | "defaultPlan" | "grants">,
  _ctx: RequestContext,
  { userIds }: Input,
): Promise<readonly { readonly userId: Id; readonly plan: PlanCode }[]> {
  requireBounded(userIds);
  const now = deps.clock.now();
  const rows = await deps.grants.running(deps.db.read, userIds, now);
  const byUser = Map.groupBy(rows, ({ userId }) => userId);
  return userIds.map((userId) => {
    const { plan } = effectivePlan(deps.defaultPlan, byUser.get(userId) ?? [], now);
    return { userId, plan };
  });
}

function requireBounded(userIds: readonly Id[]): void {
  if (userIds.length > maxUsers)
    throw invalidField("userIds", `Must be at most ${maxUsers} users.`);
}
