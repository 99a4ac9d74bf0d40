import type { Job } from "#platform/jobs/jobs";
import type { IdentityDeps } from "./deps.ts";
import { purgeRegistrations } from "./use-cases/purge-registrations.ts";

export const identityJobs = (deps: IdentityDeps): readonly Job[] => [
  {
    name: "identity.purge_registrations",
    cron: "*/15 * * * *",
    policy: "singleton",
    retryLimit: 0, // the next tick does what this one could not
    retryDelaySeconds: 60,
    expireSeconds: 300,
    onRestore: "keep",
    run: (ctx, _payload, signal) => purgeRegistrations(deps, ctx, signal),
  },
];
