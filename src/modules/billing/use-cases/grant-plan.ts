import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import type { BillingDeps } from "../deps.ts";
import { checkGrant, type Grant, maxActiveGrants } from "../domain/grant.ts";
import { planOf } from "../domain/plans.ts";
import { billingErrors } from "../errors.ts";
import { actorName } from "./actor-name.ts";
import { expireClaimsJob } from "./expire-claims.ts";

type Deps = Pick<BillingDeps, "db" | "clock" | "ids" | "jobs" | "grants" | "running" | "notify">;

export type GrantPlanInput = {
  readonly userId: Id;
  readonly plan: string;
  readonly days: number;
  readonly reason: string;
};

/**
 * Gives a user a plan for a while and tells him so. Grants may overlap: the highest active one counts. Tokens that
 * claim another plan are expired now and when the grant ends.
 */
export async function grantPlan(
  deps: Deps,
  ctx: RequestContext,
  input: GrantPlanInput,
): Promise<Grant> {
  const { userId } = input;
  const { plan, seconds, reason } = checkGrant(input);
  const grantedBy = actorName(ctx);
  if (grantedBy === userId)
    throw billingErrors.fail("own_account", "Nobody gives a plan to himself.");
  const grant = await deps.db.transact(ctx, async (tx) => {
    await deps.grants.lockUser(tx, userId);
    const grantedAt = deps.clock.now();
    if ((await deps.grants.countActive(tx, userId, grantedAt)) >= maxActiveGrants)
      throw billingErrors.fail(
        "too_many_grants",
        `The user has ${maxActiveGrants} active grants; revoke them first.`,
      );
    const added: Grant = {
      ...{ id: deps.ids.next(), userId, plan, reason, grantedBy, grantedAt },
      expiresAt: addSeconds(grantedAt, seconds),
      ...{ revokedAt: null, revokedBy: null, revokedReason: null },
    };
    await deps.grants.add(tx, added);
    await deps.jobs.enqueue(tx, expireClaimsJob, { userId });
    await deps.jobs.enqueue(tx, expireClaimsJob, { userId }, { startAfterSeconds: seconds });
    await deps.notify(
      tx,
      "billing.plan_granted",
      { userId },
      { plan: planOf(plan).name, time: added.expiresAt, reason },
    );
    await deps.grants.announce(tx, userId);
    return added;
  });
  deps.running.forget(userId);
  return grant;
}
