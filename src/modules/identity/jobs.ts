import type { Job } from "#platform/jobs/jobs";
import type { IdentityDeps } from "./deps.ts";
import { purgePasswordResets } from "./use-cases/purge-password-resets.ts";
import { purgeRegistrations } from "./use-cases/purge-registrations.ts";
import { purgeSessions } from "./use-cases/purge-sessions.ts";
import {
  type SendResetPayload,
  sendPasswordReset,
  sendResetJob,
} from "./use-cases/send-password-reset.ts";

export const identityJobs = (deps: IdentityDeps): readonly Job[] => [
  sendPasswordResetJob(deps),
  {
    name: "identity.purge_password_resets",
    cron: "30 * * * *",
    policy: "singleton",
    retryLimit: 0, // the next tick does what this one could not
    retryDelaySeconds: 60,
    expireSeconds: 300,
    onRestore: "keep",
    run: (ctx, _payload, signal) => purgePasswordResets(deps, ctx, signal),
  },
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
  {
    name: "identity.purge_sessions",
    cron: "45 * * * *",
    policy: "singleton",
    retryLimit: 0, // the next tick does what this one could not
    retryDelaySeconds: 60,
    expireSeconds: 300,
    onRestore: "keep",
    run: (ctx, _payload, signal) => purgeSessions(deps, ctx, signal),
  },
];

const sendPasswordResetJob = (deps: IdentityDeps): Job<SendResetPayload> => ({
  name: sendResetJob,
  policy: "standard",
  retryLimit: 3,
  retryDelaySeconds: 5,
  expireSeconds: 30,
  onRestore: "drop",
  run: (ctx, payload) => sendPasswordReset(deps, ctx, payload),
});
