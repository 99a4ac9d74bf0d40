import type { RequestContext } from "#platform/kernel/context";
import type { GbsDeps } from "./deps.ts";
import { acknowledgeKey } from "./use-cases/acknowledge-key.ts";
import {
  type AmendmentInput,
  acceptAmendment,
  declineAmendment,
  type ProposeAmendmentInput,
  proposeAmendment,
  withdrawAmendment,
} from "./use-cases/amend-debt.ts";
import { acceptOffer, declineOffer, getRecordingConsent } from "./use-cases/answer-offer.ts";
import { beginUpload } from "./use-cases/begin-upload.ts";
import { blockLender, liftBlock, listBlocks } from "./use-cases/block-lender.ts";
import {
  acceptCancellation,
  type CancellationInput,
  declineCancellation,
  proposeCancellation,
  withdrawCancellation,
} from "./use-cases/cancel-debt.ts";
import { orderIntegrityCheck } from "./use-cases/check-integrity.ts";
import { claimEvidence, endClaim } from "./use-cases/claim-evidence.ts";
import { type ClaimPaymentInput, claimPayment } from "./use-cases/claim-payment.ts";
import { type CreateOfferInput, createOffer } from "./use-cases/create-offer.ts";
import { type DecideInput, decideEvidence } from "./use-cases/decide-evidence.ts";
import {
  confirmPayment,
  contestPayment,
  type PaymentInput,
  withdrawPayment,
} from "./use-cases/decide-payment.ts";
import { declareDefault } from "./use-cases/declare-default.ts";
import { cancelUpload } from "./use-cases/discard-upload.ts";
import { raiseDispute, withdrawDispute } from "./use-cases/dispute-debt.ts";
import { drawSentence } from "./use-cases/draw-sentence.ts";
import { fetchCalendar } from "./use-cases/fetch-calendar.ts";
import { fetchDossier } from "./use-cases/fetch-dossier.ts";
import { fetchRecording } from "./use-cases/fetch-recording.ts";
import { getDebt, type ListDebtsInput, listDebts } from "./use-cases/find-debts.ts";
import { fetchDocument, listDocuments } from "./use-cases/find-documents.ts";
import { getEvidence, getUpload, resumeUpload } from "./use-cases/find-evidence.ts";
import { type ListOfDebtInput, listAmendments, listPayments } from "./use-cases/find-payments.ts";
import {
  confirmHold,
  confirmHoldRelease,
  listHolds,
  proposeHold,
  proposeHoldRelease,
} from "./use-cases/hold-debt.ts";
import { inspectDebt } from "./use-cases/inspect-debt.ts";
import {
  type LinkPostingInput,
  linkPosting,
  listPostingLinks,
  unlinkPosting,
} from "./use-cases/link-postings.ts";
import { listCustody } from "./use-cases/list-custody.ts";
import { listAbuseReports, resolveAbuseReport } from "./use-cases/moderate-reports.ts";
import { nameRecipient, proveRecipient } from "./use-cases/name-recipient.ts";
import { playEvidence } from "./use-cases/play-evidence.ts";
import { printKey } from "./use-cases/print-key.ts";
import { publishKeys } from "./use-cases/publish-keys.ts";
import { reportAbuse } from "./use-cases/report-abuse.ts";
import { revealKey } from "./use-cases/reveal-key.ts";
import { listReviewQueue, reviewItem } from "./use-cases/review-item.ts";
import { type SendUploadInput, sendUpload } from "./use-cases/send-upload.ts";
import { unlockEvidence } from "./use-cases/unlock-evidence.ts";
import { watchPlayback } from "./use-cases/watch-playback.ts";
import { withdrawConsent } from "./use-cases/withdraw-consent.ts";
import { withdrawOffer } from "./use-cases/withdraw-offer.ts";

/** The id of a debt, or of what the operation is about, as a route has it. */
type OfDebt = { readonly id: string };

export type GbsOperations = ReturnType<typeof bindOperations>;

/** Every use-case with its deps: what the routes call. */
export const bindOperations = (deps: GbsDeps) => ({
  ...bindModeration(deps),
  ...bindHandOver(deps),
  ...bindUploads(deps),
  ...bindReview(deps),
  publishKeys: () => publishKeys(deps),
  listCustody: (ctx: RequestContext, input: ListOfDebtInput) => listCustody(deps, ctx, input),
  createOffer: (ctx: RequestContext, input: CreateOfferInput) => createOffer(deps, ctx, input),
  listDebts: (ctx: RequestContext, input: ListDebtsInput) => listDebts(deps, ctx, input),
  getDebt: (ctx: RequestContext, input: OfDebt) => getDebt(deps, ctx, input),
  withdrawOffer: (ctx: RequestContext, input: OfDebt) => withdrawOffer(deps, ctx, input),
  acceptOffer: (ctx: RequestContext, input: Parameters<typeof acceptOffer>[2]) =>
    acceptOffer(deps, ctx, input),
  declineOffer: (ctx: RequestContext, input: OfDebt) => declineOffer(deps, ctx, input),
  fetchDossier: (ctx: RequestContext, input: OfDebt) => fetchDossier(deps, ctx, input),
  fetchCalendar: (ctx: RequestContext, input: OfDebt) => fetchCalendar(deps, ctx, input),
  listDocuments: (ctx: RequestContext, input: ListOfDebtInput) => listDocuments(deps, ctx, input),
  fetchDocument: (ctx: RequestContext, input: Parameters<typeof fetchDocument>[2]) =>
    fetchDocument(deps, ctx, input),
  claimPayment: (ctx: RequestContext, input: ClaimPaymentInput) => claimPayment(deps, ctx, input),
  listPayments: (ctx: RequestContext, input: ListOfDebtInput) => listPayments(deps, ctx, input),
  confirmPayment: (ctx: RequestContext, input: PaymentInput) => confirmPayment(deps, ctx, input),
  contestPayment: (ctx: RequestContext, input: Parameters<typeof contestPayment>[2]) =>
    contestPayment(deps, ctx, input),
  withdrawPayment: (ctx: RequestContext, input: PaymentInput) => withdrawPayment(deps, ctx, input),
  proposeAmendment: (ctx: RequestContext, input: ProposeAmendmentInput) =>
    proposeAmendment(deps, ctx, input),
  listAmendments: (ctx: RequestContext, input: ListOfDebtInput) => listAmendments(deps, ctx, input),
  acceptAmendment: (ctx: RequestContext, input: AmendmentInput) =>
    acceptAmendment(deps, ctx, input),
  declineAmendment: (ctx: RequestContext, input: AmendmentInput) =>
    declineAmendment(deps, ctx, input),
  withdrawAmendment: (ctx: RequestContext, input: AmendmentInput) =>
    withdrawAmendment(deps, ctx, input),
  proposeCancellation: (ctx: RequestContext, input: Parameters<typeof proposeCancellation>[2]) =>
    proposeCancellation(deps, ctx, input),
  acceptCancellation: (ctx: RequestContext, input: CancellationInput) =>
    acceptCancellation(deps, ctx, input),
  declineCancellation: (ctx: RequestContext, input: CancellationInput) =>
    declineCancellation(deps, ctx, input),
  withdrawCancellation: (ctx: RequestContext, input: CancellationInput) =>
    withdrawCancellation(deps, ctx, input),
  raiseDispute: (ctx: RequestContext, input: Parameters<typeof raiseDispute>[2]) =>
    raiseDispute(deps, ctx, input),
  withdrawDispute: (ctx: RequestContext, input: Parameters<typeof withdrawDispute>[2]) =>
    withdrawDispute(deps, ctx, input),
  declareDefault: (ctx: RequestContext, input: OfDebt) => declareDefault(deps, ctx, input),
  linkPosting: (ctx: RequestContext, input: LinkPostingInput) => linkPosting(deps, ctx, input),
  listPostingLinks: (ctx: RequestContext, input: ListOfDebtInput) =>
    listPostingLinks(deps, ctx, input),
  unlinkPosting: (ctx: RequestContext, input: Parameters<typeof unlinkPosting>[2]) =>
    unlinkPosting(deps, ctx, input),
});

/** What a borrower is asked to record, and how it comes to us. */
const bindUploads = (deps: GbsDeps) => ({
  maxRecordingBytes: () => deps.videoMaxBytes,
  getRecordingConsent,
  getEvidence: (ctx: RequestContext, input: OfDebt) => getEvidence(deps, ctx, input),
  withdrawConsent: (ctx: RequestContext, input: OfDebt) => withdrawConsent(deps, ctx, input),
  drawSentence: (ctx: RequestContext, input: OfDebt) => drawSentence(deps, ctx, input),
  beginUpload: (ctx: RequestContext, input: Parameters<typeof beginUpload>[2]) =>
    beginUpload(deps, ctx, input),
  resumeUpload: (ctx: RequestContext, input: OfDebt) => resumeUpload(deps, ctx, input),
  getUpload: (ctx: RequestContext, input: OfDebt) => getUpload(deps, ctx, input),
  sendUpload: (ctx: RequestContext, input: SendUploadInput) => sendUpload(deps, ctx, input),
  cancelUpload: (ctx: RequestContext, input: OfDebt) => cancelUpload(deps, ctx, input),
});

/** What protects people from offers, and what administrators do about debts. */
const bindModeration = (deps: GbsDeps) => ({
  blockLender: (ctx: RequestContext, input: OfDebt) => blockLender(deps, ctx, input),
  listBlocks: (ctx: RequestContext, input: Parameters<typeof listBlocks>[2]) =>
    listBlocks(deps, ctx, input),
  liftBlock: (ctx: RequestContext, input: OfDebt) => liftBlock(deps, ctx, input),
  reportAbuse: (ctx: RequestContext, input: Parameters<typeof reportAbuse>[2]) =>
    reportAbuse(deps, ctx, input),
  listAbuseReports: (ctx: RequestContext, input: Parameters<typeof listAbuseReports>[2]) =>
    listAbuseReports(deps, ctx, input),
  resolveAbuseReport: (ctx: RequestContext, input: Parameters<typeof resolveAbuseReport>[2]) =>
    resolveAbuseReport(deps, ctx, input),
  inspectDebt: (ctx: RequestContext, input: Parameters<typeof inspectDebt>[2]) =>
    inspectDebt(deps, ctx, input),
  proposeHold: (ctx: RequestContext, input: Parameters<typeof proposeHold>[2]) =>
    proposeHold(deps, ctx, input),
  confirmHold: (ctx: RequestContext, input: OfDebt) => confirmHold(deps, ctx, input),
  proposeHoldRelease: (ctx: RequestContext, input: Parameters<typeof proposeHoldRelease>[2]) =>
    proposeHoldRelease(deps, ctx, input),
  confirmHoldRelease: (ctx: RequestContext, input: OfDebt) => confirmHoldRelease(deps, ctx, input),
  listHolds: (ctx: RequestContext, input: Parameters<typeof listHolds>[2]) =>
    listHolds(deps, ctx, input),
});

/** What operators do about recordings, and what their players and lenders' fetch. */
const bindReview = (deps: GbsDeps) => ({
  listReviewQueue: (ctx: RequestContext, input: Parameters<typeof listReviewQueue>[2]) =>
    listReviewQueue(deps, ctx, input),
  reviewItem: (ctx: RequestContext, input: OfDebt) => reviewItem(deps, ctx, input),
  claimEvidence: (ctx: RequestContext, input: OfDebt) => claimEvidence(deps, ctx, input),
  endClaim: (ctx: RequestContext, input: OfDebt) => endClaim(deps, ctx, input),
  playEvidence: (ctx: RequestContext, input: OfDebt) => playEvidence(deps, ctx, input),
  decideEvidence: (ctx: RequestContext, input: DecideInput) => decideEvidence(deps, ctx, input),
  watchPlayback: (ctx: RequestContext, input: Parameters<typeof watchPlayback>[2]) =>
    watchPlayback(deps, ctx, input),
});

/** How a recording reaches its lender, and what he does with it. */
const bindHandOver = (deps: GbsDeps) => ({
  revealKey: (ctx: RequestContext, input: OfDebt) => revealKey(deps, ctx, input),
  printKey: (ctx: RequestContext, input: OfDebt & KeyInput) => printKey(deps, ctx, input),
  acknowledgeKey: (ctx: RequestContext, input: OfDebt & KeyInput) =>
    acknowledgeKey(deps, ctx, input),
  unlockEvidence: (ctx: RequestContext, input: OfDebt & KeyInput) =>
    unlockEvidence(deps, ctx, input),
  fetchRecording: (ctx: RequestContext, input: OfDebt) => fetchRecording(deps, ctx, input),
  nameRecipient: (ctx: RequestContext, input: Parameters<typeof nameRecipient>[2]) =>
    nameRecipient(deps, ctx, input),
  proveRecipient: (ctx: RequestContext, input: Parameters<typeof proveRecipient>[2]) =>
    proveRecipient(deps, ctx, input),
  orderIntegrityCheck: (ctx: RequestContext, input: OfDebt) =>
    orderIntegrityCheck(deps, ctx, input),
});
type KeyInput = { readonly key: string };
