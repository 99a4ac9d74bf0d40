import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { BillingDeps } from "../deps.ts";

/** The job's name. Its payload is `{ userId }`. */
export const expireClaimsJob = "billing.expire_claims";

/** Ends tokens that may claim a plan which their user has no longer, or not yet. Repeating it costs a refresh. */
export async function expireClaims(
  deps: Pick<BillingDeps, "identity">,
  ctx: RequestContext,
  { userId }: { readonly userId: Id },
): Promise<void> {
  await deps.identity.expireClaims(ctx, { userIds: [userId] });
}
