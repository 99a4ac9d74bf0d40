import type { Job } from "#platform/jobs/jobs";
import type { Id } from "#platform/kernel/ids";
import type { BillingDeps } from "./deps.ts";
import { expireClaims, expireClaimsJob } from "./use-cases/expire-claims.ts";

export function billingJobs(deps: BillingDeps): readonly Job[] {
  const expire: Job<{ readonly userId: Id }> = {
    name: expireClaimsJob,
    policy: "standard",
    retryLimit: 10,
    retryDelaySeconds: 5,
    expireSeconds: 30,
    // Plans end after a restore, too.
    onRestore: "keep",
    run: (ctx, payload) => expireClaims(deps, ctx, payload),
  };
  return [expire as Job];
}
