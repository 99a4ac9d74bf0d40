import type { Config } from "#platform/config";
import type { CpuGate } from "#platform/cpu-gate";
import type { DocumentRenderer } from "#platform/documents/renderer";
import { createSecretPageMaker } from "#platform/documents/secret-page";
import type { HttpKit } from "#platform/http/kit";
import { secondsBetween } from "#platform/kernel/time";
import type { Keyring } from "#platform/keyring/keyring";
import type { Module } from "#platform/module";
import type { Notifications } from "#platform/notify/notifications";
import type { Metrics } from "#platform/observability/metrics";
import type { Storage } from "#platform/storage/open-storage";
import { sweepOrphans } from "#platform/storage/sweep-orphans";
import { gbsCommands } from "./commands.ts";
import type { GbsApi } from "./contract.ts";
import type { GbsDeps } from "./deps.ts";
import { writeCalendar } from "./gateways/calendar-file.ts";
import { crc32, newSha256 } from "./gateways/checksums.ts";
import { createCustodySigner } from "./gateways/custody-signer.ts";
import { createEvidenceVault } from "./gateways/evidence-vault.ts";
import { createLenderHeaderStore } from "./gateways/lender-header-store.ts";
import { createLenderKeys } from "./gateways/lender-keys.ts";
import { newRecordingKey } from "./gateways/new-recording-key.ts";
import { createPdfMaker } from "./gateways/pdf-maker.ts";
import { createPlaybackTokens } from "./gateways/playback-tokens.ts";
import { randomBelow } from "./gateways/random-below.ts";
import { createReviewKeys } from "./gateways/review-keys.ts";
import { createSegmentSealer } from "./gateways/segment-sealer.ts";
import { readVerifierFile } from "./gateways/verifier-file.ts";
import { createGbsRoutes } from "./http/routes.ts";
import { gbsJobs } from "./jobs.ts";
import { meterDebts } from "./meters.ts";
import { gbsNotifications } from "./notifications.ts";
import { bindOperations } from "./operations.ts";
import { createBlockRepository } from "./storage/block.repository.ts";
import { createCustodyRepository } from "./storage/custody.repository.ts";
import { createDebtRepository } from "./storage/debt.repository.ts";
import { createDocumentRepository } from "./storage/document.repository.ts";
import { createEpochRepository } from "./storage/epoch.repository.ts";
import { createEvidenceRepository } from "./storage/evidence.repository.ts";
import { createHandOverRepository } from "./storage/hand-over.repository.ts";
import { createHoldRepository } from "./storage/hold.repository.ts";
import { createIntegrityRepository } from "./storage/integrity.repository.ts";
import { createLenderKeyRepository } from "./storage/lender-key.repository.ts";
import { createModerationRepository } from "./storage/moderation.repository.ts";
import { createOfferRepository } from "./storage/offer.repository.ts";
import { createPaymentRepository } from "./storage/payment.repository.ts";
import { createPlaybackRepository } from "./storage/playback.repository.ts";
import { createPostingLinkRepository } from "./storage/posting-link.repository.ts";
import { createProposalRepository } from "./storage/proposal.repository.ts";
import { createReviewRepository } from "./storage/review.repository.ts";
import { createSentenceRepository } from "./storage/sentence.repository.ts";
import { createUploadRepository } from "./storage/upload.repository.ts";
import { gbsSubscriptions } from "./subscriptions.ts";
import { createEpochRegister } from "./use-cases/epoch-register.ts";

export type GbsModuleOptions = Pick<
  GbsDeps,
  | "db"
  | "clock"
  | "ids"
  | "jobs"
  | "attempts"
  | "identity"
  | "billing"
  | "ledger"
  | "scales"
  | "logger"
> & {
  readonly config: Pick<Config, "publicUrl" | "clientUrl" | "gbs">;
  readonly cpuGate: CpuGate;
  readonly keyring: Keyring;
  readonly notifications: Notifications;
  readonly renderer: DocumentRenderer;
  readonly storage: Storage;
  readonly metrics: Metrics;
  readonly http: HttpKit;
};

export function createGbsModule(options: GbsModuleOptions): Module<GbsApi> {
  const { db, custody } = meterDebts(options.metrics, {
    db: options.db,
    custody: createCustodyRepository(),
  });
  const { clock, ids, jobs, attempts, identity, billing, ledger, scales, logger } = options;
  const vault = createEvidenceVault(options.storage);
  const deps: GbsDeps = {
    ...{ db, custody, clock, ids, jobs, attempts, identity, billing, ledger, scales, logger },
    evidence: options.config.gbs.evidence,
    videoMaxBytes: options.config.gbs.videoMaxBytes,
    randomBelow,
    newRecordingKey,
    sealSegments: createSegmentSealer,
    notify: options.notifications.declare(gbsNotifications),
    noticeData: (kind) => gbsNotifications[kind].data,
    links: linksTo(options.config),
    custodySigner: createCustodySigner(options.keyring),
    verifier: readVerifierFile(),
    newSha256,
    crc32,
    debts: createDebtRepository(),
    offers: createOfferRepository(),
    payments: createPaymentRepository(),
    proposals: createProposalRepository(),
    postingLinks: createPostingLinkRepository(),
    blocks: createBlockRepository(),
    moderation: createModerationRepository(),
    holds: createHoldRepository(),
    documents: createDocumentRepository(),
    sentences: createSentenceRepository(),
    uploads: createUploadRepository(),
    recordings: createEvidenceRepository(),
    handOvers: createHandOverRepository(),
    lenderHeaders: createLenderKeyRepository(),
    integrity: createIntegrityRepository(),
    lenderKeys: createLenderKeys({ cpuGate: options.cpuGate }),
    lenderHeaderStore: createLenderHeaderStore(options.storage),
    makeSecretPage: createSecretPageMaker(),
    retentionDays: options.config.gbs.retentionDays,
    vault,
    reviewKeys: createReviewKeys({
      ...{ clock, ids, keyring: options.keyring, volatile: options.storage.volatile },
      epochs: createEpochRegister({ db, clock, epochs: createEpochRepository() }),
      readReviewHeader: vault.readReviewHeader,
    }),
    playbackTokens: createPlaybackTokens(),
    reviews: createReviewRepository(),
    playbacks: createPlaybackRepository(),
    objects: options.storage.objects,
    sweepOrphans,
    scratch: options.storage.scratch,
    makePdf: createPdfMaker(options.renderer),
    writeCalendar,
  };
  measureReviewQueue(options.metrics, deps);
  return {
    name: "gbs",
    api: {},
    routes: createGbsRoutes(options.http, bindOperations(deps)),
    jobs: gbsJobs(deps),
    subscriptions: gbsSubscriptions(deps),
    commands: gbsCommands(deps),
    health: [],
    async start() {},
    async stop() {},
  };
}

/** Pages of the client; what the API answers where there is none. */
const linksTo = ({ clientUrl, publicUrl }: Pick<Config, "publicUrl" | "clientUrl">) => {
  const origin = clientUrl ?? `${publicUrl}/v1`;
  return {
    debt: (id: string) => `${origin}/debts/${id}`,
    documents: (id: string) => `${origin}/debts/${id}/documents`,
    start: clientUrl ?? publicUrl,
    keys: `${publicUrl}/.well-known/fintrack-keys.json`,
  };
};

/** How many recordings wait for an operator, and for how long the oldest has waited; of the whole installation. */
function measureReviewQueue(
  metrics: Metrics,
  { db, clock, reviews }: Pick<GbsDeps, "db" | "clock" | "reviews">,
): void {
  metrics.reading(
    {
      ...{ type: "gauge", name: "fintrack_gbs_review_queue_size", labels: [] },
      help: "Recordings that wait for an operator's decision.",
    },
    async () => [{ labels: {}, value: (await reviews.waiting(db.read)).size }],
  );
  metrics.reading(
    {
      ...{ type: "gauge", name: "fintrack_gbs_review_queue_oldest_age_seconds", labels: [] },
      help: "For how long the oldest of them has waited; 0 when none does.",
    },
    async () => {
      const { oldest } = await reviews.waiting(db.read);
      return [{ labels: {}, value: oldest === null ? 0 : secondsBetween(oldest, clock.now()) }];
    },
  );
}
