import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { BillingDeps } from "../deps.ts";
import { checkReason, type GrantablePlan } from "../domain/grant.ts";
import { planOf, rankOf } from "../domain/plans.ts";
import { billingErrors } from "../errors.ts";
import { actorName } from "./actor-name.ts";
import { expireClaimsJob } from "./expire-claims.ts";

type Deps = Pick<BillingDeps, "db" | "clock" | "jobs" | "grants" | "running" | "notify">;

/** Ends all of a user's active grants at once, and tells him so. Gives the highest plan that ended. */
export async function revokePlan(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly userId: Id; readonly reason: string },
): Promise<{ readonly plan: GrantablePlan; readonly grants: number }> {
  const { userId } = input;
  const reason = checkReason(input.reason);
  const revoked = await deps.db.transact(ctx, async (tx) => {
    await deps.grants.lockUser(tx, userId);
    const revocation = { at: deps.clock.now(), by: actorName(ctx), reason };
    const ended = await deps.grants.revokeActive(tx, userId, revocation);
    const [plan] = ended.toSorted((a, b) => rankOf(b) - rankOf(a));
    if (!plan) throw billingErrors.fail("nothing_granted", "The user has no active grant.");
    await deps.jobs.enqueue(tx, expireClaimsJob, { userId });
    await deps.notify(tx, "billing.plan_revoked", { userId }, { plan: planOf(plan).name });
    await deps.grants.announce(tx, userId);
    return { plan, grants: ended.length };
  });
  deps.running.forget(userId);
  return revoked;
}
