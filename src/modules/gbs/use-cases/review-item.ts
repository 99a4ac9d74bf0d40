import type { Reader } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { type Id, parseId } from "#platform/kernel/ids";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { Instant } from "#platform/kernel/time";
import { maxShownReviews } from "../bounds.ts";
import type {
  Claim,
  DecidedReview,
  EvidenceState,
  GbsDeps,
  QueuedEvidence,
  ReviewedEvidence,
  SpokenSentence,
} from "../deps.ts";
import { isParty, noSuchEvidence } from "./others-evidence.ts";
import { ownUserId } from "./own-debt.ts";
import { isRunning } from "./review-claim.ts";

/** Who has a recording at present. */
export type ShownClaim = {
  readonly operatorId: Id;
  readonly isOwn: boolean;
  readonly claimedAt: Instant;
  readonly claimEndsAt: Instant;
};

export type QueueItem = {
  readonly id: Id;
  readonly debtId: Id;
  readonly state: EvidenceState;
  readonly submittedAt: Instant;
  /** Of an earlier recording of the debt, each. */
  readonly sendBacks: number;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly claim: ShownClaim | null;
};

export type ReviewItem = QueueItem & {
  readonly sha256: string;
  readonly decidedAt: Instant | null;
  /** It names both and what is owed: null but to the operator who has the recording before him. */
  readonly sentence: SpokenSentence | null;
  /** Of this and earlier recordings of the debt. */
  readonly decisions: readonly DecidedReview[];
};

/** What waits for a decision, the oldest first; never what the operator himself is a party to. */
export async function listReviewQueue(
  deps: Pick<GbsDeps, "db" | "clock" | "reviews">,
  ctx: RequestContext,
  input: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<QueueItem>> {
  const { limit, cursor } = input;
  const operatorId = ownUserId(ctx);
  const now = deps.clock.now();
  const query = { operatorId, after: decodeMoment(cursor, "submittedAt"), limit: limit + 1 };
  const found = await deps.reviews.queue(deps.db.read, query);
  const page = pageOf(found, limit, ({ submittedAt, id }) => [submittedAt, id]);
  const items = page.items.map((item: QueuedEvidence) =>
    queueItem(item, item.claim, operatorId, now),
  );
  return { items, nextCursor: page.nextCursor };
}

/** A recording, to whoever has claimed it with what has to be said in it. Throws `gbs.evidence_not_found` (404), also for a debt of one's own. */
export async function reviewItem(
  deps: Pick<GbsDeps, "db" | "clock" | "reviews">,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<ReviewItem> {
  const operatorId = ownUserId(ctx);
  const item = await deps.reviews.find(deps.db.read, parseId(input.id));
  if (!item || isParty(item, operatorId)) throw noSuchEvidence();
  return shownItem(deps, deps.db.read, item, operatorId);
}

/** A recording as the operator sees it, read in the transaction that has changed it or by itself. */
export async function shownItem(
  deps: Pick<GbsDeps, "clock" | "reviews">,
  reader: Reader,
  item: ReviewedEvidence,
  operatorId: Id,
): Promise<ReviewItem> {
  const [claim, decisions] = await Promise.all([
    deps.reviews.claimOf(reader, item.id),
    deps.reviews.decidedOf(reader, item.debtId, maxShownReviews),
  ]);
  const shown = queueItem(item, claim ?? null, operatorId, deps.clock.now());
  const isReviewing = item.state === "submitted" && shown.claim?.isOwn === true;
  const sentence = isReviewing ? await sentenceOf(deps, reader, item.id) : null;
  const { sha256, decidedAt } = item;
  return { ...shown, sha256, decidedAt, sentence, decisions };
}

async function sentenceOf(
  { reviews }: Pick<GbsDeps, "reviews">,
  reader: Reader,
  evidenceId: Id,
): Promise<SpokenSentence> {
  const sentence = await reviews.sentenceOf(reader, evidenceId);
  if (!sentence) throw new Error("a recording was made of no sentence");
  return sentence;
}

function queueItem(
  item: ReviewedEvidence,
  claim: Claim | null,
  operatorId: Id,
  now: Instant,
): QueueItem {
  const { id, debtId, state, submittedAt, sendBacks, mediaType, sizeBytes } = item;
  return {
    ...{ id, debtId, state, submittedAt, sendBacks, mediaType, sizeBytes },
    claim: claim && isRunning(claim, now) ? shownClaim(claim, operatorId) : null,
  };
}

const shownClaim = ({ operatorId, claimedAt, claimEndsAt }: Claim, userId: Id): ShownClaim => ({
  operatorId,
  isOwn: operatorId === userId,
  claimedAt,
  claimEndsAt,
});
