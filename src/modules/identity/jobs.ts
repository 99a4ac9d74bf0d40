import type { Job } from "#platform/jobs/jobs";
import { purgeJob } from "#platform/jobs/purge-job";
import type { IdentityDeps } from "./deps.ts";
import { purgePasswordResets } from "./use-cases/purge-password-resets.ts";
import { purgeRegistrations } from "./use-cases/purge-registrations.ts";
import { purgeRevocations, purgeSessions } from "./use-cases/purge-sessions.ts";
import {
  type SendResetPayload,
  sendPasswordReset,
  sendResetJob,
} from "./use-cases/send-password-reset.ts";

const batchSize = 1_000;

export const identityJobs = (deps: IdentityDeps): readonly Job[] => {
  const { db } = deps;
  return [
    sendPasswordResetJob(deps),
    purgeJob({
      ...{ name: "identity.purge_password_resets", cron: "30 * * * *", db, batchSize },
      purges: [(tx, limit) => purgePasswordResets(deps, tx, limit)],
    }),
    purgeJob({
      ...{ name: "identity.purge_registrations", cron: "*/15 * * * *", db, batchSize },
      purges: [(tx, limit) => purgeRegistrations(deps, tx, limit)],
    }),
    purgeJob({
      ...{ name: "identity.purge_sessions", cron: "45 * * * *", db, batchSize },
      purges: [
        (tx, limit) => purgeSessions(deps, tx, limit),
        (tx, limit) => purgeRevocations(deps, tx, limit),
      ],
    }),
  ];
};

const sendPasswordResetJob = (deps: IdentityDeps): Job<SendResetPayload> => ({
  name: sendResetJob,
  policy: "standard",
  retryLimit: 3,
  retryDelaySeconds: 5,
  expireSeconds: 30,
  onRestore: "drop",
  run: (ctx, payload) => sendPasswordReset(deps, ctx, payload),
});
