import type { Job } from "#platform/jobs/jobs";
import type { DocumentOrder, GbsDeps } from "./deps.ts";
import { endClaims, endClaimsJob } from "./use-cases/claim-evidence.ts";
import { endPlaybacks, endPlaybacksJob } from "./use-cases/close-playbacks.ts";
import {
  type DeliverOfferPayload,
  deliverOffer,
  deliverOfferJob,
} from "./use-cases/deliver-offer.ts";
import { makeDocument } from "./use-cases/make-document.ts";
import { makeDocumentJob } from "./use-cases/order-documents.ts";
import { sweepDocuments } from "./use-cases/sweep-documents.ts";
import { wakeDebts, wakeDebtsJob } from "./use-cases/wake-debts.ts";

export const gbsJobs = (deps: GbsDeps): readonly Job[] => [
  ...reviewJobs(deps),
  {
    ...{ name: deliverOfferJob, policy: "standard", onRestore: "keep" },
    ...{ retryLimit: 200, retryDelaySeconds: 2, maxRetryDelaySeconds: 600, expireSeconds: 60 },
    run: (ctx, payload) => deliverOffer(deps, ctx, payload as DeliverOfferPayload),
  },
  {
    ...{ name: makeDocumentJob, policy: "standard", onRestore: "keep" },
    // A week: a store that is away for days costs nobody his agreement.
    ...{ retryLimit: 1_000, retryDelaySeconds: 2, maxRetryDelaySeconds: 600, expireSeconds: 300 },
    run: (ctx, payload, signal) => makeDocument(deps, ctx, payload as DocumentOrder, signal),
  },
  {
    ...{ name: "gbs.sweep_documents", cron: "53 3 * * *" },
    ...{ policy: "singleton", onRestore: "keep" },
    ...{ retryLimit: 3, retryDelaySeconds: 300, expireSeconds: 3_600 },
    run: (ctx, _payload, signal) => sweepDocuments(deps, ctx, signal),
  },
  {
    ...{ name: wakeDebtsJob, cron: "* * * * *", policy: "singleton", onRestore: "keep" },
    retryLimit: 0, // the next tick does what this one could not
    ...{ retryDelaySeconds: 60, expireSeconds: 300 },
    run: (ctx, _payload, signal) => wakeDebts(deps, ctx, signal),
  },
];

const destroyEpochsJob = "gbs.destroy_epochs";

const ticking = { policy: "singleton", onRestore: "keep", retryDelaySeconds: 60 } as const;

/** Ends what operators and lenders may do with recordings, and the keys that nothing needs any more. */
const reviewJobs = (deps: GbsDeps): readonly Job[] => [
  {
    ...{ ...ticking, name: endPlaybacksJob, cron: "* * * * *", expireSeconds: 300 },
    retryLimit: 0, // the next tick does what this one could not
    run: (ctx, _payload, signal) => endPlaybacks(deps, ctx, signal),
  },
  {
    ...{ ...ticking, name: endClaimsJob, cron: "* * * * *", expireSeconds: 300 },
    retryLimit: 0, // the next tick does what this one could not
    run: (ctx, _payload, signal) => endClaims(deps, ctx, signal),
  },
  {
    ...{ ...ticking, name: destroyEpochsJob, cron: "23 * * * *", expireSeconds: 300 },
    retryLimit: 0, // so does the next hour
    run: (ctx) => deps.reviewKeys.destroyUnused(ctx),
  },
];
