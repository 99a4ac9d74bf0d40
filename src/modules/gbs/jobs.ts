import type { Job } from "#platform/jobs/jobs";
import type { GbsDeps } from "./deps.ts";
import {
  type DeliverOfferPayload,
  deliverOffer,
  deliverOfferJob,
} from "./use-cases/deliver-offer.ts";
import { wakeDebts, wakeDebtsJob } from "./use-cases/wake-debts.ts";

export const gbsJobs = (deps: GbsDeps): readonly Job[] => [
  {
    ...{ name: deliverOfferJob, policy: "standard", onRestore: "keep" },
    ...{ retryLimit: 12, retryDelaySeconds: 2, maxRetryDelaySeconds: 600, expireSeconds: 60 },
    run: (ctx, payload) => deliverOffer(deps, ctx, payload as DeliverOfferPayload),
  },
  {
    ...{ name: wakeDebtsJob, cron: "* * * * *", policy: "singleton", onRestore: "keep" },
    retryLimit: 0, // the next tick does what this one could not
    ...{ retryDelaySeconds: 60, expireSeconds: 300 },
    run: (ctx, _payload, signal) => wakeDebts(deps, ctx, signal),
  },
];
