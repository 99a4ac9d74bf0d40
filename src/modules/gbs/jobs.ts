import type { Job } from "#platform/jobs/jobs";
import type { DocumentOrder, GbsDeps } from "./deps.ts";
import {
  type CheckPayload,
  checkIntegrity,
  checkIntegrityJob,
  checkRecordings,
  checkRecordingsJob,
} from "./use-cases/check-integrity.ts";
import { endClaims, endClaimsJob } from "./use-cases/claim-evidence.ts";
import { endPlaybacks, endPlaybacksJob } from "./use-cases/close-playbacks.ts";
import {
  type DeliverOfferPayload,
  deliverOffer,
  deliverOfferJob,
} from "./use-cases/deliver-offer.ts";
import { destroyEvidence, destroyEvidenceJob } from "./use-cases/destroy-evidence.ts";
import {
  type FinishUploadPayload,
  finishUpload,
  finishUploadJob,
} from "./use-cases/finish-upload.ts";
import { handOver } from "./use-cases/hand-over.ts";
import { makeDocument } from "./use-cases/make-document.ts";
import { makeDocumentJob } from "./use-cases/order-documents.ts";
import { type HandOverPayload, handOverJob } from "./use-cases/order-hand-over.ts";
import { recoverHeaders, recoverHeadersJob } from "./use-cases/recover-headers.ts";
import { remindKeys, remindKeysJob } from "./use-cases/remind-keys.ts";
import {
  type SealPayload,
  sealEvidence,
  sealEvidenceJob,
  sealWaiting,
  sealWaitingJob,
} from "./use-cases/seal-evidence.ts";
import { sweepDocuments } from "./use-cases/sweep-documents.ts";
import { sweepRecordings, sweepRecordingsJob } from "./use-cases/sweep-recordings.ts";
import { sweepUploads, sweepUploadsJob } from "./use-cases/sweep-uploads.ts";
import { wakeDebts, wakeDebtsJob } from "./use-cases/wake-debts.ts";

export const gbsJobs = (deps: GbsDeps): readonly Job[] => [
  ...handOverJobs(deps),
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
    ...{ name: sweepRecordingsJob, cron: "41 3 * * *" },
    ...{ policy: "singleton", onRestore: "keep" },
    ...{ retryLimit: 3, retryDelaySeconds: 300, expireSeconds: 3_600 },
    run: (ctx, _payload, signal) => sweepRecordings(deps, ctx, signal),
  },
  {
    ...{ name: finishUploadJob, policy: "standard", onRestore: "keep" },
    // A week: a store that is away for days costs nobody his recording.
    ...{ retryLimit: 1_000, retryDelaySeconds: 2, maxRetryDelaySeconds: 600, expireSeconds: 900 },
    run: (ctx, payload, signal) => finishUpload(deps, ctx, payload as FinishUploadPayload, signal),
  },
  {
    ...{ name: sweepUploadsJob, cron: "* * * * *", policy: "singleton", onRestore: "keep" },
    retryLimit: 0, // the next tick does what this one could not
    ...{ retryDelaySeconds: 60, expireSeconds: 300 },
    run: (ctx, _payload, signal) => sweepUploads(deps, ctx, signal),
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

/** What becomes of recordings after their decision. */
const handOverJobs = (deps: GbsDeps): readonly Job[] => [
  {
    ...{ name: handOverJob, policy: "standard", onRestore: "keep" },
    ...forAWeek,
    run: (ctx, payload) => handOver(deps, ctx, payload as HandOverPayload),
  },
  {
    ...{ name: sealEvidenceJob, policy: "standard", onRestore: "keep" },
    ...forAWeek,
    run: (ctx, payload) => sealEvidence(deps, ctx, payload as SealPayload),
  },
  {
    ...{ name: sealWaitingJob, cron: "11 * * * *", policy: "singleton", onRestore: "keep" },
    ...untilNextTick,
    run: (ctx, _payload, signal) => sealWaiting(deps, ctx, signal),
  },
  {
    ...{ name: recoverHeadersJob, cron: "17 * * * *", policy: "singleton", onRestore: "keep" },
    ...untilNextTick,
    run: (ctx, _payload, signal) => recoverHeaders(deps, ctx, signal),
  },
  {
    ...{ name: remindKeysJob, cron: "23 9 * * *", policy: "singleton", onRestore: "keep" },
    ...untilNextTick,
    run: (ctx, _payload, signal) => remindKeys(deps, ctx, signal),
  },
  {
    ...{ name: checkIntegrityJob, policy: "standard", onRestore: "drop" },
    ...{ retryLimit: 20, retryDelaySeconds: 5, maxRetryDelaySeconds: 600, expireSeconds: 900 },
    run: (ctx, payload, signal) => checkIntegrity(deps, ctx, payload as CheckPayload, signal),
  },
  {
    ...{ name: checkRecordingsJob, cron: "37 * * * *", policy: "singleton", onRestore: "keep" },
    ...untilNextTick,
    expireSeconds: 3_400,
    run: (ctx, _payload, signal) => checkRecordings(deps, ctx, signal),
  },
  {
    ...{ name: destroyEvidenceJob, cron: "*/10 * * * *", policy: "singleton", onRestore: "keep" },
    ...untilNextTick,
    run: (ctx, _payload, signal) => destroyEvidence(deps, ctx, signal),
  },
];

/** A store that is away for days costs nobody his key. */
const forAWeek = {
  ...{ retryLimit: 1_000, retryDelaySeconds: 2, maxRetryDelaySeconds: 600, expireSeconds: 120 },
} as const;
/** The next tick does what this one could not. */
const untilNextTick = { retryLimit: 0, retryDelaySeconds: 60, expireSeconds: 500 } as const;
