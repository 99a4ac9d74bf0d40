import type { BillingApi } from "#modules/billing/contract";
import type { CurrencyScales } from "#modules/currency/contract";
import type { IdentityApi } from "#modules/identity/contract";
import type { LedgerApi } from "#modules/ledger/contract";
import type { Attempts } from "#platform/attempts/attempts";
import type { Database } from "#platform/db/database";
import type { MakeSecretPage } from "#platform/documents/secret-page";
import type { Jobs } from "#platform/jobs/jobs";
import type { Clock } from "#platform/kernel/clock";
import type { Id, Ids } from "#platform/kernel/ids";
import type { Notify } from "#platform/notify/notifications";
import type { Logger } from "#platform/observability/logger";
import type { ObjectStore } from "#platform/storage/object-store";
import type { ScratchSpace } from "#platform/storage/scratch";
import type { SweepOrphans } from "#platform/storage/sweep-orphans";
import type { EvidenceKind } from "./contract.ts";
import type { WriteCalendar } from "./gateways/calendar-file.ts";
import type { crc32, Sha256 } from "./gateways/checksums.ts";
import type { CustodySigner } from "./gateways/custody-signer.ts";
import type { EvidenceVault } from "./gateways/evidence-vault.ts";
import type { LenderHeaderStore } from "./gateways/lender-header-store.ts";
import type { LenderKeys } from "./gateways/lender-keys.ts";
import type { newRecordingKey } from "./gateways/new-recording-key.ts";
import type { MakePdf } from "./gateways/pdf-maker.ts";
import type { PlaybackTokens } from "./gateways/playback-tokens.ts";
import type { ReviewKeys } from "./gateways/review-keys.ts";
import type { createSegmentSealer } from "./gateways/segment-sealer.ts";
import type { VerifierFile } from "./gateways/verifier-file.ts";
import type { gbsNotifications } from "./notifications.ts";
import type { BlockRepository } from "./storage/block.repository.ts";
import type { CustodyRepository } from "./storage/custody.repository.ts";
import type { DebtRepository } from "./storage/debt.repository.ts";
import type { DocumentRepository } from "./storage/document.repository.ts";
import type { EvidenceRepository } from "./storage/evidence.repository.ts";
import type { HandOverRepository } from "./storage/hand-over.repository.ts";
import type { HoldRepository } from "./storage/hold.repository.ts";
import type { IntegrityRepository } from "./storage/integrity.repository.ts";
import type { LenderKeyRepository } from "./storage/lender-key.repository.ts";
import type { ModerationRepository } from "./storage/moderation.repository.ts";
import type { OfferRepository } from "./storage/offer.repository.ts";
import type { PaymentRepository } from "./storage/payment.repository.ts";
import type { PlaybackRepository } from "./storage/playback.repository.ts";
import type { PostingLinkRepository } from "./storage/posting-link.repository.ts";
import type { ProposalRepository } from "./storage/proposal.repository.ts";
import type { ReviewRepository } from "./storage/review.repository.ts";
import type { SentenceRepository } from "./storage/sentence.repository.ts";
import type { UploadRepository } from "./storage/upload.repository.ts";

export type { KeptLenderHeader } from "./gateways/lender-header-store.ts";
export type { EpochRegister } from "./gateways/review-keys.ts";
export type { StoredBlock } from "./storage/block.repository.ts";
export type { DebtParties, DebtPosition } from "./storage/debt.repository.ts";
export type {
  DocumentOrder,
  DocumentPosition,
  StoredDocument,
} from "./storage/document.repository.ts";
export type { EpochRepository } from "./storage/epoch.repository.ts";
export type { ListedEvidence, StoredEvidence } from "./storage/evidence.repository.ts";
export type { KeptRecording } from "./storage/hand-over.repository.ts";
export type { StoredLenderHeader } from "./storage/lender-key.repository.ts";
export type { AbuseResolution, ReportedOffer } from "./storage/moderation.repository.ts";
export type { OfferDelivery } from "./storage/offer.repository.ts";
export type { PaymentPosition } from "./storage/payment.repository.ts";
export type { EndedPlayback, LivePlayback, OpenPlayback } from "./storage/playback.repository.ts";
export type { AnsweredAmendment, ProposalPosition } from "./storage/proposal.repository.ts";
export type {
  Claim,
  Decided,
  DecidedReview,
  EvidenceState,
  QueuedEvidence,
  ReviewChecklist,
  ReviewDecision,
  ReviewedEvidence,
  SpokenSentence,
} from "./storage/review.repository.ts";
export type { Lease, StoredUpload, UploadFault } from "./storage/upload.repository.ts";

/** Every kind of message, and the names of its data. */
export type GbsNotifications = typeof gbsNotifications;

/** What the module needs from outside, and its own repositories. */
export type GbsDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly jobs: Jobs;
  readonly attempts: Attempts;
  readonly identity: Pick<
    IdentityApi,
    "usersById" | "userIdByAddress" | "addressesOf" | "mailboxOf" | "liveSessions"
  >;
  readonly billing: Pick<BillingApi, "entitlementsOf">;
  readonly ledger: Pick<LedgerApi, "transactionsById">;
  /** What new offers ask for. */
  readonly evidence: EvidenceKind;
  /** Of one recording. */
  readonly videoMaxBytes: number;
  /** A whole number from 0 to `bound` - 1 that nobody can foresee. */
  readonly randomBelow: (bound: number) => number;
  readonly newRecordingKey: typeof newRecordingKey;
  readonly sealSegments: typeof createSegmentSealer;
  /** Which currencies exist, and their decimals. */
  readonly scales: CurrencyScales;
  readonly notify: Notify<GbsNotifications>;
  /** Names of what a kind of message is filled with. */
  readonly noticeData: (kind: keyof GbsNotifications) => readonly string[];
  /** Addresses that people open from a message. */
  readonly links: {
    debt(id: Id): string;
    /** The agreement and, of a settled debt, the receipt. */
    documents(id: Id): string;
    /** Where somebody without an account begins. */
    readonly start: string;
    /** Where our public keys are published. */
    readonly keys: string;
  };
  /** Seals, checks and publishes what the custody log is signed with. */
  readonly custodySigner: CustodySigner;
  readonly verifier: VerifierFile;
  readonly newSha256: () => Sha256;
  readonly crc32: typeof crc32;
  readonly debts: DebtRepository;
  readonly offers: OfferRepository;
  readonly payments: PaymentRepository;
  readonly proposals: ProposalRepository;
  readonly postingLinks: PostingLinkRepository;
  readonly custody: CustodyRepository;
  readonly blocks: BlockRepository;
  readonly moderation: ModerationRepository;
  readonly holds: HoldRepository;
  readonly documents: DocumentRepository;
  readonly sentences: SentenceRepository;
  readonly uploads: UploadRepository;
  readonly recordings: EvidenceRepository;
  readonly handOvers: HandOverRepository;
  readonly lenderHeaders: LenderKeyRepository;
  readonly integrity: IntegrityRepository;
  readonly lenderKeys: LenderKeys;
  readonly lenderHeaderStore: LenderHeaderStore;
  readonly makeSecretPage: MakeSecretPage;
  /** How long a recording is kept after the end of a debt that it bound. */
  readonly retentionDays: number;
  readonly vault: EvidenceVault;
  readonly reviewKeys: ReviewKeys;
  readonly playbackTokens: PlaybackTokens;
  readonly reviews: ReviewRepository;
  readonly playbacks: PlaybackRepository;
  readonly objects: ObjectStore;
  readonly sweepOrphans: SweepOrphans;
  readonly scratch: ScratchSpace;
  readonly makePdf: MakePdf;
  readonly writeCalendar: WriteCalendar;
  readonly logger: Logger;
};
